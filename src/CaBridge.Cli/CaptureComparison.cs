using CaBridge.Analysis.Comparison;
using CaBridge.Analysis.Findings;

namespace CaBridge.Cli;

/// <summary>Everything that <c>compare</c> answers; what renderings are made from.</summary>
internal sealed record CaptureComparison
{
    /// <summary>Of each side its files, its frames, its time and its operations; its latencies are in <see cref="Traffic"/>.</summary>
    public required AnalysisReport Before { get; init; }

    /// <inheritdoc cref="Before"/>
    public required AnalysisReport After { get; init; }

    /// <summary>In the order of <see cref="ComparisonGrouping"/>.</summary>
    public required IReadOnlyList<ComparisonGrouping> Groupings { get; init; }

    public required ComparisonOptions Thresholds { get; init; }

    public required TrafficComparison Traffic { get; init; }

    public IReadOnlyList<FindingComparison> Findings { get; init; } = [];

    /// <summary>Latencies of groups for which there was no room; they are compared by operation only.</summary>
    public long UncomparedLatencies { get; init; }

    /// <summary>From the first to the last frame; 0 where there is none.</summary>
    public static long SpanNanoseconds(AnalysisReport side) =>
        side.Capture is { First: { } first, Last: { } last } ? (last - first).Nanoseconds : 0;

    /// <summary>Null where the capture has no length.</summary>
    public static double? PerSecond(AnalysisReport side, long count) => SpanNanoseconds(side) is var span and > 0 ? count * 1e9 / span : null;

    public int Count(ComparisonGrouping grouping, LatencyVerdict verdict) =>
        Traffic.Latency.Count(group => group.Grouping == grouping && group.Verdict == verdict);
}
