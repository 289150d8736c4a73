using System.Threading.Channels;
using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Metrics;

/// <summary>
/// Carries latencies from the loop to <see cref="LatencyRecorder"/>: the loop only copies them, as to find a histogram takes longer than to
/// count a transaction. Where the recorder is too slow they are passed over, and counted: the loop never waits.
/// </summary>
internal sealed class LatencyFeed
{
    private const int BatchSize = 2048;
    private const int MaxBatches = 256;

    private readonly Channel<Batch> _full = Channel.CreateBounded<Batch>(new BoundedChannelOptions(MaxBatches) { SingleReader = true, SingleWriter = true });
    private readonly Channel<Batch> _empty = Channel.CreateBounded<Batch>(new BoundedChannelOptions(MaxBatches) { SingleReader = true, SingleWriter = true });
    private Batch _batch = new();
    private long _passedOver;

    public ChannelReader<Batch> Batches => _full.Reader;

    /// <summary>Latencies that no histogram has.</summary>
    public long PassedOver => Interlocked.Read(ref _passedOver);

    /// <summary>Called by the loop for each operation that ended.</summary>
    public void Add(in Transaction transaction)
    {
        if (!transaction.HasReply)
        {
            return;
        }

        _batch.Latencies[_batch.Count++] = new Observed(
            transaction.Operation, transaction.Server.Host, transaction.Latency.GetValueOrDefault().Nanoseconds);
        if (_batch.Count == BatchSize)
        {
            Flush();
        }
    }

    /// <summary>Called by the loop when a batch of packets has been taken in.</summary>
    public void Flush()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        if (_full.Writer.TryWrite(_batch))
        {
            _batch = _empty.Reader.TryRead(out var used) ? used : new Batch();
        }
        else
        {
            Interlocked.Add(ref _passedOver, _batch.Count);
            _batch.Count = 0;
        }
    }

    /// <summary>Called by the recorder when it is done with a batch.</summary>
    public void Return(Batch batch)
    {
        batch.Count = 0;
        _empty.Writer.TryWrite(batch);
    }

    internal readonly record struct Observed(Operation Operation, Endpoint Server, long Nanoseconds);

    internal sealed class Batch
    {
        public Observed[] Latencies { get; } = new Observed[BatchSize];

        public int Count { get; set; }
    }
}
