using System.Runtime.CompilerServices;
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

    /// <summary>Bounded by what they hold, not by their number: they are as long as batches happen to be.</summary>
    private readonly Channel<WatchTransactionsResponse> _messages = System.Threading.Channels.Channel.CreateUnbounded<WatchTransactionsResponse>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private WatchTransactionsResponse? _next;
    private int _waiting;
    private long _lost;

    /// <summary>Operations that this watcher did not get, since it came.</summary>
    public long LostTransactions { get; private set; }

    /// <summary>Messages as they come, until it is disposed of.</summary>
    public async IAsyncEnumerable<WatchTransactionsResponse> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var message in _messages.Reader.ReadAllAsync(cancel))
        {
            Interlocked.Add(ref _waiting, -SizeOf(message));
            yield return message;
        }
    }

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
        if (Volatile.Read(ref _waiting) + SizeOf(_next) <= maxWaiting)
        {
            Interlocked.Add(ref _waiting, SizeOf(_next));
            _messages.Writer.TryWrite(_next);
            _lost = 0;
        }
        else
        {
            _lost += _next.Transactions.Count;
            LostTransactions += _next.Transactions.Count;
        }

        _next = null;
    }

    /// <summary>One that tells of a loss alone counts, too.</summary>
    private static int SizeOf(WatchTransactionsResponse message) => Math.Max(message.Transactions.Count, 1);
}
