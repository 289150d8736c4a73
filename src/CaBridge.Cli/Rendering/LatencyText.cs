using System.Globalization;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>Latency tables as text: one an operation, all its numbers in one unit and with the same decimals.</summary>
internal sealed class LatencyText(TextWriter output, TextStyle style)
{
    /// <summary>Rows by server or client, of which there are few as a rule.</summary>
    private const int ShownHosts = 50;

    /// <summary>The part of the page that keys get before numbers lose decimals.</summary>
    private const double KeyShare = 0.4;

    /// <param name="other">Latencies that have no group of their own.</param>
    /// <param name="top">The slowest so many of each operation; by server or client, more of them.</param>
    public void Write(LatencyGrouping grouping, IReadOnlyList<LatencyRow> rows, long other, int top)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var limit = grouping is LatencyGrouping.Pv or LatencyGrouping.Circuit ? top : Math.Max(top, ShownHosts);
        output.WriteLine();
        output.WriteLine(style.Heading($"Latency by {(grouping == LatencyGrouping.Pv ? "PV" : GroupingNames.Name(grouping))}"));
        foreach (var operation in rows.GroupBy(row => row.Operation))
        {
            output.WriteLine();
            LatencyRow[] all = [.. operation];
            LatencyRow[] shown = all.Length <= limit ? all : [.. all.OrderByDescending(row => row.Summary.Maximum).Take(limit)];
            Table(operation.Key, shown, grouping).Write(output, style);
            if (shown.Length < all.Length)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"… and {all.Length - shown.Length:N0} more; these are the slowest (--top for more, --format csv for all)"));
            }
        }

        if (other > 0)
        {
            output.WriteLine();
            output.WriteLine($"{LatencyTable.OtherKey} has {CountText(other)} latencies of groups for which there was no room (--max-groups)");
        }

        if (rows.Any(row => !row.Summary.Exact))
        {
            output.WriteLine();
            output.WriteLine("~ from a histogram, within 1.09 %: too many values to keep all of them");
            output.WriteLine("  (--max-exact-values-per-group, --max-exact-values)");
        }
    }

    private static string KeyText(string? key, LatencyGrouping grouping) => key switch
    {
        null => "(no PV)",
        LatencyTable.OtherKey => key,
        _ => grouping == LatencyGrouping.Pv ? ForeignText.Word(key) : key,
    };

    /// <summary>The unit of the groups' medians, but one in which the smallest is not below 0.1.</summary>
    private static int FirstUnit(LatencyRow[] rows)
    {
        double[] medians = [.. rows.Select(row => row.Summary.Percentile50).Order()];
        if (medians.Length == 0)
        {
            return 0;
        }

        var common = DurationUnit.For(medians[medians.Length / 2]);
        var unit = medians[0] < common.Nanoseconds / 10 ? DurationUnit.For(medians[0]) : common;
        return DurationUnit.All.Index().First(item => item.Item == unit).Index;
    }

    private static string CountText(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static bool IsMarked(LatencyFigure figure, in LatencySummary summary) => figure.IsPercentile && !summary.Exact;

    private static int NumbersWidth(LatencyRow[] rows, DurationUnit unit, int decimals)
    {
        var count = rows.Max(row => row.Summary.Count);
        var sum = 1 + Math.Max("count".Length, CountText(count).Length);
        foreach (var figure in LatencyFigure.All)
        {
            var width = figure.Heading.Length;
            foreach (var (_, _, summary) in rows)
            {
                if (figure.Nanoseconds(summary) is { } nanoseconds)
                {
                    width = Math.Max(width, unit.NumberLength(nanoseconds, decimals) + (IsMarked(figure, summary) ? 1 : 0));
                }
            }

            sum += 1 + width;
        }

        return sum;
    }

    private TextTable Table(Operation operation, LatencyRow[] rows, LatencyGrouping grouping)
    {
        string[] keys = [.. rows.Select(row => KeyText(row.Key, grouping))];
        var (unit, decimals) = rows.Length == 0 ? (DurationUnit.All[0], 0) : Layout(rows, keys.Max(key => key.Length));
        var table = new TextTable([$"{operation.Name()} [{unit.Symbol}]", "count", .. LatencyFigure.All.Select(figure => figure.Heading)]) { Flexible = 0 };
        foreach (var (row, key) in rows.Zip(keys))
        {
            table.Add([key, CountText(row.Summary.Count), .. LatencyFigure.All.Select(figure => Cell(figure, row.Summary))]);
        }

        return table;

        string Cell(LatencyFigure figure, LatencySummary summary) => figure.Nanoseconds(summary) is { } nanoseconds
            ? $"{(IsMarked(figure, summary) ? "~" : "")}{unit.Number(nanoseconds, decimals)}"
            : "-";
    }

    /// <summary>That with most detail that fits the page: decimals go first, then the unit grows.</summary>
    private (DurationUnit Unit, int Decimals) Layout(LatencyRow[] rows, int longestKey)
    {
        var room = style.Columns - (int)Math.Min(longestKey, style.Columns * KeyShare);
        for (var unit = FirstUnit(rows); unit < DurationUnit.All.Count; unit++)
        {
            for (var decimals = unit == 0 ? 1 : DurationUnit.Decimals; decimals >= 0; decimals--)
            {
                if (NumbersWidth(rows, DurationUnit.All[unit], decimals) <= room)
                {
                    return (DurationUnit.All[unit], decimals);
                }
            }
        }

        return (DurationUnit.All[^1], 0);
    }
}
