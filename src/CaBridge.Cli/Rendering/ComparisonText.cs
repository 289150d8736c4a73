using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.Comparison;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>The text of <c>compare</c>: first what it comes to, then the tables that show it.</summary>
internal sealed class ComparisonText(TextWriter output, TextStyle style)
{
    private const int ShownRows = 50;

    /// <summary>What the table of latencies needs with the ratios of its tail.</summary>
    private const int WideColumns = 110;

    /// <summary>What it needs with the words for the effect and the p-values, which the verdict sums up.</summary>
    private const int UsualColumns = 90;

    private static readonly LatencyVerdict[] Told = [LatencyVerdict.Slower, LatencyVerdict.Faster, LatencyVerdict.New, LatencyVerdict.Gone];

    /// <param name="top">Rows of each verdict.</param>
    public void Write(CaptureComparison comparison, int top)
    {
        foreach (var sentence in ComparisonVerdict.Sentences(comparison))
        {
            output.WriteLine(sentence);
        }

        WriteCapture("before", comparison.Before);
        WriteCapture("after", comparison.After);
        foreach (var grouping in comparison.Groupings)
        {
            WriteLatency(comparison, grouping, top);
        }

        WriteNotes(comparison);
        WriteOutcomes(comparison, Math.Max(top, ShownRows));
        WriteMoved(comparison.Traffic.Moved, top);
        WriteFindings(comparison.Findings, Math.Max(top, ShownRows));
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string PerSecond(AnalysisReport side, long count) =>
        CaptureComparison.PerSecond(side, count)?.ToString("N2", CultureInfo.InvariantCulture) ?? "-";

    private static string Words(LatencyVerdict verdict) => verdict == LatencyVerdict.TooFew ? "too few to tell" : verdict.Name();

    private static string Counts(CaptureComparison comparison, ComparisonGrouping grouping) => string.Join(
        ", ",
        Enum.GetValues<LatencyVerdict>().Select(verdict => $"{Count(comparison.Count(grouping, verdict))} {Words(verdict)}"));

    private static string Median(LatencySummary? summary) =>
        summary is { } told ? $"{(told.Exact ? "" : "~")}{DurationUnit.Text(told.Percentile50)}" : "-";

    private static string[] TestCells(LatencyDifference? difference) =>
        difference is { } told ? [told.Delta.Size.Name(), ComparisonVerdict.Probability(told.QValue)] : ["-", "-"];

    private static string Hosts(IReadOnlyList<Endpoint> hosts) => string.Join(", ", hosts.Select(host => host.AddressText()));

    private void WriteHeading(string heading)
    {
        output.WriteLine();
        output.WriteLine(style.Heading(heading));
    }

    private void WriteCapture(string name, AnalysisReport side)
    {
        if (name is "before")
        {
            output.WriteLine();
        }

        var span = side.Capture is { First: { } first, Last: { } last }
            ? $"{InstantText.DateAndTime(first)} UTC, {DurationUnit.Span((last - first).Nanoseconds)}, "
            : "";
        var files = string.Join(", ", side.Files.Select(file => file is "-" ? "standard input" : ForeignText.Line(file)));
        output.WriteLine($"{style.Heading($"{name,-7}")} {files}: {span}{Count(side.Capture.ChannelAccessFrames)} frames of CA");
        foreach (var problem in side.Problems)
        {
            output.WriteLine($"        {style.Alert(ForeignText.Line(ProblemText.InReport(problem)))}");
        }
    }

    private void WriteLatency(CaptureComparison comparison, ComparisonGrouping grouping, int top)
    {
        var name = grouping == ComparisonGrouping.Pv ? "PV" : grouping.Name();
        WriteHeading($"By {name}: {Counts(comparison, grouping)}");
        var groups = comparison.Traffic.Latency.Where(group => group.Grouping == grouping && Told.Contains(group.Verdict)).ToLookup(group => group.Verdict);
        if (groups.Count == 0)
        {
            return;
        }

        var hasKey = grouping != ComparisonGrouping.Operation;
        var hasTail = style.Columns >= WideColumns;
        string[] tail = hasTail ? ["p95", "p99"] : [];
        var hasTest = style.Columns >= UsualColumns;
        string[] test = hasTest ? ["effect", "q"] : [];
        string[] key = hasKey ? [name] : [];
        var table = new TextTable(["verdict", "operation", .. key, "count", "after", "median", "after", "change", .. tail, "delta", .. test], hasKey ? [1, 2] : [1])
        {
            Flexible = hasKey ? 2 : null,
        };
        var hidden = 0;
        foreach (var verdict in Told)
        {
            hidden += Math.Max(0, groups[verdict].Count() - top);
            foreach (var group in groups[verdict].Take(top))
            {
                string[] keyCell = hasKey ? [grouping == ComparisonGrouping.Pv ? ForeignText.Word(group.Key!) : group.Key!] : [];
                string[] tailCells = hasTail
                    ? [ComparisonVerdict.Ratio(group.Ratio(summary => summary.Percentile95)), ComparisonVerdict.Ratio(group.Ratio(summary => summary.Percentile99))]
                    : [];
                table.Add([
                    verdict.Name(), group.Operation.Name(), .. keyCell,
                    Count(group.Before?.Count ?? 0), Count(group.After?.Count ?? 0),
                    Median(group.Before), Median(group.After), ComparisonVerdict.Ratio(group.MedianRatio), .. tailCells,
                    group.Difference?.Delta.Value.ToString("F2", CultureInfo.InvariantCulture) ?? "-",
                    .. hasTest ? TestCells(group.Difference) : []]);
            }
        }

        table.Write(output, style);
        WriteRest(hidden);
    }

    private void WriteNotes(CaptureComparison comparison)
    {
        if (comparison.Traffic.Latency.Any(group => group is { Before.Exact: false } or { After.Exact: false }))
        {
            output.WriteLine();
            output.WriteLine("~ from a histogram, within 1.09 %: too many values to keep all of them; such groups are compared by its buckets");
            output.WriteLine("  (--max-exact-values-per-group, --max-exact-values)");
        }

        if (comparison.UncomparedLatencies > 0)
        {
            output.WriteLine();
            output.WriteLine($"{Count(comparison.UncomparedLatencies)} latencies are of groups for which there was no room (--max-groups): they are compared by operation only");
        }
    }

    private void WriteOutcomes(CaptureComparison comparison, int rows)
    {
        // of servers only those of which something changed, where the operations say the rest
        var hasWhole = comparison.Groupings.Contains(ComparisonGrouping.Operation);
        OutcomeComparison[] outcomes = [.. comparison.Traffic.Outcomes.Where(row => !hasWhole || row.Server is null || !IsUnchanged(row)).OrderBy(IsUnchanged)];
        if (outcomes.Length == 0)
        {
            return;
        }

        WriteHeading("Requests per second; shares that failed, and that stayed unanswered");
        var table = new TextTable(["operation", "server", "req/s", "after", "failed", "after", "unanswered", "after", ""], 1, 8);
        foreach (var row in outcomes.Take(rows))
        {
            table.Add(
                row.Operation.Name(),
                row.Server ?? "(all)",
                PerSecond(comparison.Before, row.Before.Requests),
                PerSecond(comparison.After, row.After.Requests),
                ComparisonVerdict.Share(row.Before.Failed, row.Before.Known),
                ComparisonVerdict.Share(row.After.Failed, row.After.Known),
                ComparisonVerdict.Share(row.Before.Unanswered, row.Before.Known),
                ComparisonVerdict.Share(row.After.Unanswered, row.After.Known),
                string.Join(", ", ShareWords(row.Failed, "failed").Concat(ShareWords(row.Unanswered, "unanswered"))));
        }

        table.Write(output, style);
        WriteRest(outcomes.Length - rows);

        static bool IsUnchanged(OutcomeComparison row) => !ShareWords(row.Failed, "").Concat(ShareWords(row.Unanswered, "")).Any();

        static IEnumerable<string> ShareWords(ShareDifference share, string what) =>
            share.Verdict is ShareVerdict.More or ShareVerdict.Fewer ? [$"{share.Verdict.Name()} {what}, q {ComparisonVerdict.Probability(share.QValue.GetValueOrDefault())}"] : [];
    }

    private void WriteMoved(IReadOnlyList<MovedPv> moved, int top)
    {
        if (moved.Count == 0)
        {
            return;
        }

        WriteHeading("Moved to another server");
        var table = new TextTable(["PV", "before", "after"], 1, 2) { Flexible = 0 };
        foreach (var (pv, from, to) in moved.Take(top))
        {
            table.Add(ForeignText.Word(pv), Hosts(from), Hosts(to));
        }

        table.Write(output, style);
        WriteRest(moved.Count - top);
    }

    private void WriteFindings(IReadOnlyList<FindingComparison> findings, int rows)
    {
        if (findings.Count == 0)
        {
            return;
        }

        WriteHeading("Findings");
        var table = new TextTable(["change", "kind", "count", "after", "what"], 1, 4) { Flexible = 4 };
        foreach (var finding in findings.Take(rows))
        {
            table.Add(
                FindingChange.Name(finding),
                finding.Latest.Kind.Id(),
                Count(finding.Before?.Count ?? 0),
                Count(finding.After?.Count ?? 0),
                ForeignText.Line(finding.Latest.Title));
        }

        table.Write(output, style);
        WriteRest(findings.Count - rows);
    }

    private void WriteRest(int hidden)
    {
        if (hidden > 0)
        {
            output.WriteLine($"… and {Count(hidden)} more (--top for more, --format json for all)");
        }
    }
}
