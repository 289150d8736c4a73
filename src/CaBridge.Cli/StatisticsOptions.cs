using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Statistics;

namespace CaBridge.Cli;

/// <summary>How much the answers of <c>analyze</c> may hold.</summary>
internal sealed record StatisticsOptions
{
    /// <summary>Requests without reply that are listed; all are counted.</summary>
    public int MaxUnanswered { get; init; } = 10_000;

    /// <summary>Connections that are listed, the slowest; all are summed.</summary>
    public int MaxConnections { get; init; } = ConnectionTable.DefaultMaxKept;

    public LatencyTableOptions Latency { get; init; } = new();
}
