using CaBridge.Analysis.Statistics;

namespace CaBridge.Cli;

/// <summary>How much the answers of <c>analyze</c> may hold.</summary>
internal sealed record StatisticsOptions
{
    public LatencyTableOptions Latency { get; init; } = new();
}
