using System.Threading.Channels;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;

namespace CaBridge.Server.Live;

/// <summary>One who watches operations as they end. What it does not fetch in time is lost to it, and counted.</summary>
/// <param name="filter">Which ones.</param>
/// <param name="maxWaiting">How many operations may wait.</param>
internal sealed class Watcher(OperationFilter filter, int maxWaiting) : IDisposable
{
    private const int MaxPerMessage = 1024;

    private readonly Channel<WatchTransactionsResponse> _messages = System.Threading.Channels.Channel.CreateBounded<WatchTransactionsResponse>(
        new BoundedChannelOptions(Math.Max(1, maxWaiting / MaxPerMessage)) { SingleReader = true, SingleWriter = true });

    private WatchTransactionsResponse? _next;
    private long _lost;

    /// <summary>Operations that this watcher did not get, since it came.</summary>
    public long LostTransactions { get; private set; }

    public ChannelReader<WatchTransactionsResponse> Messages => _messages.Reader;

    public void Dispose() => _messages.Writer.TryComplete();

    /// <summary>Called by the loop for each operation.</summary>
    public void Offer(SensorState sensor, in Analysis.Transactions.Transaction transaction)
    {
        if (!filter.Matches(sensor.Name, in transaction))
        {
            return;
        }

        _next ??= new WatchTransactionsResponse();
        _next.Transactions.Add(transaction.ToMessage(sensor.Name));
        if (_next.Transactions.Count == MaxPerMessage)
        {
            Flush();
        }
    }

    /// <summary>Called by the loop when a batch has been taken in.</summary>
    public void Flush()
    {
        if (_next is null && _lost == 0)
        {
            return;
        }

        // where nothing more comes, who reads again is still told what it has lost
        _next ??= new WatchTransactionsResponse();
        _next.Lost = _lost;
        if (_messages.Writer.TryWrite(_next))
        {
            _lost = 0;
        }
        else
        {
            _lost += _next.Transactions.Count;
            LostTransactions += _next.Transactions.Count;
        }

        _next = null;
    }
}
