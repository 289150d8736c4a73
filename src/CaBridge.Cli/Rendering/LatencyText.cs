using System.Globalization;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>Latency tables as text: one an operation, all its numbers in one unit and with the same decimals.</summary>
internal sealed class LatencyText(TextWriter output, TextStyle style)
{
    private const int KeyWidth = 39;

    /// <param name="top">By PV or circuit, the slowest so many of each operation.</param>
    public void Write(LatencyGrouping grouping, IReadOnlyList<LatencyRow> rows, int top)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var limit = grouping is LatencyGrouping.Pv or LatencyGrouping.Circuit ? top : int.MaxValue;
        output.WriteLine();
        output.WriteLine(style.Heading($"Latency by {(grouping == LatencyGrouping.Pv ? "PV" : GroupingNames.Name(grouping))}"));
        foreach (var operation in rows.GroupBy(row => row.Operation))
        {
            output.WriteLine();
            LatencyRow[] all = [.. operation];
            LatencyRow[] shown = all.Length <= limit ? all : [.. all.OrderByDescending(row => row.Summary.Maximum).Take(limit)];
            Layout(operation.Key, shown, grouping).Write(output, style);
            if (shown.Length < all.Length)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"… and {all.Length - shown.Length:N0} more; these have the longest, --top shows more of them, --format csv has all"));
            }
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

    /// <summary>The table with most detail that fits the page: decimals go first, then the unit grows.</summary>
    private static TextTable Layout(Operation operation, LatencyRow[] rows, LatencyGrouping grouping)
    {
        var table = (TextTable?)null;
        for (var unit = FirstUnit(rows); unit < DurationUnit.All.Count; unit++)
        {
            for (var decimals = unit == 0 ? 1 : DurationUnit.Decimals; decimals >= 0; decimals--)
            {
                table = Table(operation, rows, grouping, DurationUnit.All[unit], decimals);
                if (table.Width <= TextTable.PageWidth)
                {
                    return table;
                }
            }
        }

        return table!;
    }

    /// <summary>That of the groups' medians, but one in which the smallest is not below 0.1.</summary>
    private static int FirstUnit(LatencyRow[] rows)
    {
        double[] medians = [.. rows.Select(row => row.Summary.Percentile50).Order()];
        var common = DurationUnit.For(medians[medians.Length / 2]);
        var unit = medians[0] < common.Nanoseconds / 10 ? DurationUnit.For(medians[0]) : common;
        return DurationUnit.All.Index().First(item => item.Item == unit).Index;
    }

    private static TextTable Table(Operation operation, LatencyRow[] rows, LatencyGrouping grouping, DurationUnit unit, int decimals)
    {
        var table = new TextTable([$"{operation.Name()} [{unit.Symbol}]", "count", .. LatencyFigure.All.Select(figure => figure.Heading)]);
        foreach (var (_, key, summary) in rows)
        {
            var count = summary.Count.ToString("N0", CultureInfo.InvariantCulture);
            table.Add([TextTable.Shorten(KeyText(key, grouping), KeyWidth), count, .. LatencyFigure.All.Select(figure => Cell(figure, summary))]);
        }

        return table;

        string Cell(LatencyFigure figure, LatencySummary summary)
        {
            if (figure.Nanoseconds(summary) is not { } nanoseconds)
            {
                return "-";
            }

            var mark = figure.IsPercentile && !summary.Exact ? "~" : "";
            return mark + unit.Number(nanoseconds, decimals);
        }
    }
}
