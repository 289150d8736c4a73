using System.Globalization;
using CaBridge.Analysis.Comparison;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>What <c>compare</c> found, in sentences.</summary>
internal static class ComparisonVerdict
{
    private const double LeastShown = 1e-9;
    private const double LeastDecimal = 0.001;
    private const double LeastShort = 10;

    /// <summary>Servers first: who looks for what got slower looks for where.</summary>
    private static readonly ComparisonGrouping[] ByTelling = [ComparisonGrouping.Server, ComparisonGrouping.Operation, ComparisonGrouping.Pv];

    /// <summary>A line each.</summary>
    public static IEnumerable<string> Sentences(CaptureComparison comparison)
    {
        yield return Latency(comparison);
        if (Outcomes(comparison) is { } outcomes)
        {
            yield return outcomes;
        }

        if (comparison.Traffic.Moved.Count is var moved and > 0)
        {
            yield return moved == 1 ? "1 PV is served by another host." : $"{Count(moved)} PVs are served by another host.";
        }

        if (comparison.Findings.Count > 0)
        {
            yield return Findings(comparison);
        }
    }

    public static string Findings(CaptureComparison comparison)
    {
        var changes = comparison.Findings.CountBy(FindingChange.Name).ToDictionary(StringComparer.Ordinal);
        return $"Findings: {Count(Of(FindingChange.Appeared))} appeared, {Count(Of(FindingChange.Gone))} went away, {Count(Of(FindingChange.Stayed))} stayed.";

        int Of(string change) => changes.GetValueOrDefault(change);
    }

    /// <summary><c>×21.7</c>; <c>-</c> where there is none.</summary>
    public static string Ratio(double? ratio) => ratio is { } told
        ? $"×{told.ToString(told >= LeastShort ? "F1" : "F2", CultureInfo.InvariantCulture)}"
        : "-";

    /// <summary>A p-value: <c>0.0123</c>, <c>2.3e-5</c>, <c>&lt; 1e-9</c>.</summary>
    public static string Probability(double p) => p switch
    {
        < LeastShown => "<1e-9",
        < LeastDecimal => p.ToString("0.0e-0", CultureInfo.InvariantCulture),
        _ => p.ToString("F4", CultureInfo.InvariantCulture),
    };

    public static string Share(long part, long whole) =>
        whole == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F1} %");

    private static string Latency(CaptureComparison comparison)
    {
        foreach (var verdict in (LatencyVerdict[])[LatencyVerdict.Slower, LatencyVerdict.Faster])
        {
            foreach (var grouping in ByTelling)
            {
                if (comparison.Traffic.Latency.FirstOrDefault(group => group.Grouping == grouping && group.Verdict == verdict) is { } most)
                {
                    return Most(comparison, most);
                }
            }
        }

        var tested = comparison.Traffic.Latency.Count(group => group.Difference is not null);
        return tested > 0
            ? "Nothing got slower or faster."
            : $"Whether anything got slower or faster cannot be told: nothing has {comparison.Thresholds.MinCount} latencies or more in both captures.";
    }

    private static string Most(CaptureComparison comparison, LatencyComparison most)
    {
        var difference = most.Difference.GetValueOrDefault();
        var others = new List<string>();
        var same = comparison.Count(most.Grouping, most.Verdict) - 1;
        if (same > 0)
        {
            others.Add($"{Count(same)} more got {most.Verdict.Name()}");
        }

        var faster = most.Verdict == LatencyVerdict.Slower ? comparison.Count(most.Grouping, LatencyVerdict.Faster) : 0;
        if (faster > 0)
        {
            others.Add($"{Count(faster)} got faster");
        }

        var rest = others.Count == 0 ? "" : $"; {By(most.Grouping)}, {string.Join(", ", others)}";
        return $"{Subject(most)} got {most.Verdict.Name()}: median {DurationUnit.Text(most.Before.GetValueOrDefault().Percentile50)} → "
            + $"{DurationUnit.Text(most.After.GetValueOrDefault().Percentile50)} ({Ratio(most.MedianRatio)}), adjusted p {Comparison(difference.QValue)}, "
            + $"{difference.Delta.Size.Name()} effect{rest}.";
    }

    private static string Comparison(double q) => q < LeastShown ? "< 1e-9" : $"= {Probability(q)}";

    private static string By(ComparisonGrouping grouping) => grouping switch
    {
        ComparisonGrouping.Server => "by server",
        ComparisonGrouping.Pv => "by PV",
        _ => "by operation",
    };

    private static string Subject(LatencyComparison group) => group.Grouping switch
    {
        ComparisonGrouping.Server => $"{group.Operation.Name()} at {group.Key}",
        ComparisonGrouping.Pv => $"{group.Operation.Name()} of {ForeignText.Word(group.Key!)}",
        _ => group.Operation.Name(),
    };

    /// <summary>That whose share of all requests has changed most; null where none has.</summary>
    private static string? Outcomes(CaptureComparison comparison)
    {
        var changed = comparison.Traffic.Outcomes
            .SelectMany(row => (ShareRow[])[
                new(row, "unanswered", row.Unanswered, row.Before.Unanswered, row.After.Unanswered),
                new(row, "failed", row.Failed, row.Before.Failed, row.After.Failed)])
            .Where(share => share.Difference.Verdict is ShareVerdict.More or ShareVerdict.Fewer)
            .ToList();
        if (changed.Count == 0)
        {
            return null;
        }

        var most = changed.MaxBy(share => Math.Abs(((double)share.After / share.Row.After.Known) - ((double)share.Before / share.Row.Before.Known)))!;
        var where = most.Row.Server is { } server ? $"{most.Row.Operation.Name()} at {server}" : most.Row.Operation.Name();
        var rest = changed.Count switch
        {
            1 => "",
            2 => "; 1 more such share changed",
            _ => $"; {Count(changed.Count - 1)} more such shares changed",
        };
        return $"{where}: {Share(most.Before, most.Row.Before.Known)} → {Share(most.After, most.Row.After.Known)} {most.What}, "
            + $"adjusted p {Comparison(most.Difference.QValue.GetValueOrDefault())}{rest}.";
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record ShareRow(OutcomeComparison Row, string What, ShareDifference Difference, long Before, long After);
}
