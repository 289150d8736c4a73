using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Report;

/// <summary>What a page shows beyond the answers of <c>analyze</c>, from the operations that a filter lets through; bounded.</summary>
/// <param name="top">How many of the slowest operations.</param>
internal sealed class ReportStatistics(int top)
{
    public TimeLine TimeLine { get; } = new();

    /// <summary>Histograms: of exact percentiles <see cref="AnalysisReport.Latency"/> has more.</summary>
    public LatencyTable Latency { get; } = new(LatencyGrouping.Server, new LatencyTableOptions { MaxExactValuesPerGroup = 0, MaxExactValues = 0 });

    public HostTotals Hosts { get; } = new();

    public DistinctPvs Pvs { get; } = new();

    public SlowestTransactions Slowest { get; } = new(top);

    public void Add(in Transaction transaction)
    {
        TimeLine.Add(in transaction);
        Latency.Add(in transaction);
        Hosts.Add(in transaction);
        Pvs.Add(transaction.Pv);
        Slowest.Add(in transaction);
    }
}
