using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Comparison;

/// <summary>The latencies of one group in two captures; at least one of them has some.</summary>
public sealed record LatencyComparison
{
    public required ComparisonGrouping Grouping { get; init; }

    public required Operation Operation { get; init; }

    /// <summary>The server's address, or the PV; null where only operations are told apart.</summary>
    public required string? Key { get; init; }

    /// <summary>Null where the capture has none.</summary>
    public required LatencySummary? Before { get; init; }

    /// <inheritdoc cref="Before"/>
    public required LatencySummary? After { get; init; }

    /// <summary>Null where a side has too few values.</summary>
    public required LatencyDifference? Difference { get; init; }

    public required LatencyVerdict Verdict { get; init; }

    /// <summary>The second median divided by the first; null where a side has none, or the first is 0.</summary>
    public double? MedianRatio => Ratio(summary => summary.Percentile50);

    /// <summary>As <see cref="MedianRatio"/>, of another figure.</summary>
    public double? Ratio(Func<LatencySummary, double> figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return Before is { } before && After is { } after && figure(before) > 0 ? figure(after) / figure(before) : null;
    }

    /// <summary>The second figure less the first; null where a side has none.</summary>
    public double? Shift(Func<LatencySummary, double> figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return Before is { } before && After is { } after ? figure(after) - figure(before) : null;
    }
}
