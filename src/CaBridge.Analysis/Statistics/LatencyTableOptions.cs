namespace CaBridge.Analysis.Statistics;

/// <summary>Limits of one <see cref="LatencyTable"/>.</summary>
public sealed record LatencyTableOptions
{
    /// <summary>Groups told apart; what belongs to further ones goes to <see cref="LatencyTable.OtherKey"/> of its operation.</summary>
    public int MaxGroups { get; init; } = 100_000;

    /// <summary>Values that one group holds before its percentiles come from a histogram.</summary>
    public int MaxExactValuesPerGroup { get; init; } = LatencyDistribution.DefaultMaxExactValues;

    /// <summary>Values that all groups together hold, besides the first <see cref="ExactValues.AlwaysHeld"/> of each.</summary>
    public long MaxExactValues { get; init; } = 4 * 1024 * 1024;
}
