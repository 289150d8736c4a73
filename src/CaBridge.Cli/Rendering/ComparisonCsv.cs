using System.Globalization;
using CaBridge.Analysis.Comparison;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>The CSV of <c>compare</c>: its table of latencies, columns named as the JSON's fields. An empty cell is what JSON has as null.</summary>
internal static class ComparisonCsv
{
    private static readonly LatencyFigure[] Figures = [.. LatencyFigure.All.Where(figure => figure.Name is "mean_ns" or "p50_ns" or "p95_ns" or "p99_ns" or "max_ns")];

    public static void Write(TextWriter output, CaptureComparison comparison)
    {
        CsvLine.Write(
            output,
            ["by", "operation", "server", "pv", "verdict", .. Headings("before"), .. Headings("after"), "p50_ratio", "shift_ns", "cliffs_delta", "effect", "p_value", "q_value", "approximate"]);
        foreach (var group in comparison.Traffic.Latency)
        {
            var difference = group.Difference;
            CsvLine.Write(
                output,
                [
                    group.Grouping.Name(),
                    group.Operation.Name(),
                    group.Grouping == ComparisonGrouping.Server ? group.Key : null,
                    group.Grouping == ComparisonGrouping.Pv ? group.Key : null,
                    group.Verdict.Name(),
                    .. Side(comparison.Before, group.Before),
                    .. Side(comparison.After, group.After),
                    Number(group.MedianRatio),
                    Number(difference?.Shift),
                    Number(difference?.Delta.Value),
                    difference?.Delta.Size.Name(),
                    Number(difference?.Test.PValue),
                    Number(difference?.QValue),
                    difference is { } told ? told.IsApproximate ? "true" : "false" : null,
                ]);
        }
    }

    private static IEnumerable<string> Headings(string side) => ((string[])["count", "per_second", .. Figures.Select(figure => figure.Name)]).Select(name => $"{side}_{name}");

    private static string?[] Side(AnalysisReport side, LatencySummary? summary) => summary is { } told
        ? [Number(told.Count), Number(CaptureComparison.PerSecond(side, told.Count)), .. Figures.Select(figure => Number(figure.Nanoseconds(told)))]
        : new string?[2 + Figures.Length];

    private static string? Number(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);
}
