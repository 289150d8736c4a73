using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>What is asked of operations that ended: latencies in groups, the slowest PVs, what failed, and what stayed without reply.</summary>
public sealed class TransactionStatistics(LatencyGrouping grouping, LatencyTableOptions? latencyOptions = null, int maxUnanswered = UnansweredList.DefaultMaxKept)
{
    public LatencyGrouping Grouping { get; } = grouping;

    public LatencyTable Latency { get; } = new(grouping, latencyOptions);

    public SlowestPvs SlowestPvs { get; } = new();

    public UnansweredList Unanswered { get; } = new(maxUnanswered);

    public FailureCounts Failures { get; } = new();

    public ServedNames Served { get; } = new();

    public void Add(in Transaction transaction)
    {
        Served.Add(in transaction);
        if (transaction.HasReply)
        {
            Latency.Add(in transaction);
            SlowestPvs.Add(in transaction);
            Failures.Add(in transaction);
        }
        else
        {
            Unanswered.Add(in transaction);
        }
    }

    /// <summary>Adds what another one knows, whose PVs have their indexes from the same source.</summary>
    public void Merge(TransactionStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Latency.Merge(other.Latency);
        SlowestPvs.Merge(other.SlowestPvs);
        Unanswered.Merge(other.Unanswered);
        Failures.Merge(other.Failures);
        Served.Merge(other.Served);
    }
}
