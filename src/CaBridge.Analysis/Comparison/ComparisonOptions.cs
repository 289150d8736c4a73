using CaBridge.Analysis.Statistics;

namespace CaBridge.Analysis.Comparison;

/// <summary>When two captures are said to differ.</summary>
public sealed record ComparisonOptions
{
    /// <summary>The adjusted p-value below which a difference is not by chance.</summary>
    public double Alpha { get; init; } = 0.01;

    /// <summary>The magnitude of <see cref="CliffsDelta"/> from which on a difference matters: with many values also a tiny one is significant.</summary>
    public double MinEffect { get; init; } = CliffsDelta.SmallFrom;

    /// <summary>The share by which the median must have grown, or the former one exceed the new one: 0.05 is 5 %.</summary>
    public double MinChange { get; init; } = 0.05;

    /// <summary>Values on either side below which nothing is said.</summary>
    public int MinCount { get; init; } = 5;
}
