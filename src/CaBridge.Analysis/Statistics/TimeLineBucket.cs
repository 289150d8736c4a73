using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>The operations that were requested within one stretch of a <see cref="TimeLine"/>.</summary>
public sealed class TimeLineBucket
{
    private readonly LatencyHistogram?[] _latencies = new LatencyHistogram?[OperationNames.Count];
    private OutcomeCounts _counts;

    public long Requests => Answered + Failed + Unanswered;

    public long Answered => _counts.Answered;

    public long Failed => _counts.Failed;

    public long Unanswered => _counts.Unanswered;

    /// <summary>Of what got a reply, failed ones included; null where nothing did.</summary>
    public LatencyHistogram? LatencyOf(Operation operation) => _latencies[(int)operation];

    internal void Add(in Transaction transaction)
    {
        _counts.Add(transaction.Outcome);
        if (transaction.HasReply)
        {
            (_latencies[(int)transaction.Operation] ??= new LatencyHistogram()).Add(transaction.Latency.GetValueOrDefault().Nanoseconds);
        }
    }

    internal void Merge(TimeLineBucket other)
    {
        _counts.Add(in other._counts);
        for (var operation = 0; operation < _latencies.Length; operation++)
        {
            if (other._latencies[operation] is not { } latency)
            {
                continue;
            }

            if (_latencies[operation] is { } into)
            {
                into.Merge(latency);
            }
            else
            {
                _latencies[operation] = latency;
            }
        }
    }
}
