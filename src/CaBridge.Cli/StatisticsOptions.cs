using CaBridge.Analysis.Statistics;

namespace CaBridge.Cli;

/// <summary>How much the answers of <c>analyze</c> may hold.</summary>
internal sealed record StatisticsOptions
{
    /// <summary>Requests without reply that are listed; all are counted.</summary>
    public int MaxUnanswered { get; init; } = 10_000;

    public LatencyTableOptions Latency { get; init; } = new();
}
