using CaBridge.Analysis.Statistics;

namespace CaBridge.Cli.Rendering;

/// <summary>A column of latency tables that has a duration; the count before them is none.</summary>
/// <param name="Name">In JSON and CSV.</param>
/// <param name="Heading">In text.</param>
internal sealed record LatencyFigure(string Name, string Heading)
{
    public static IReadOnlyList<LatencyFigure> All { get; } =
    [
        new("mean_ns", "mean") { Real = summary => summary.Mean },
        new("std_ns", "std") { Real = summary => summary.StandardDeviation },
        new("min_ns", "min") { Whole = summary => summary.Minimum },
        new("p25_ns", "25%") { Real = summary => summary.Percentile25, IsPercentile = true },
        new("p50_ns", "50%") { Real = summary => summary.Percentile50, IsPercentile = true },
        new("p75_ns", "75%") { Real = summary => summary.Percentile75, IsPercentile = true },
        new("p95_ns", "95%") { Real = summary => summary.Percentile95, IsPercentile = true },
        new("p99_ns", "99%") { Real = summary => summary.Percentile99, IsPercentile = true },
        new("max_ns", "max") { Whole = summary => summary.Maximum },
    ];

    /// <summary>Null where the figure may have a fraction: then <see cref="Real"/> has it.</summary>
    public Func<LatencySummary, long>? Whole { get; init; }

    public Func<LatencySummary, double?> Real { get; init; } = _ => null;

    /// <summary>Whether it comes from the histogram where the values were too many.</summary>
    public bool IsPercentile { get; init; }

    /// <summary>For display; null where there is none.</summary>
    public double? Nanoseconds(in LatencySummary summary) => Whole is { } whole ? whole(summary) : Real(summary);
}
