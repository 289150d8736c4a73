using System.Globalization;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Live.Top;

/// <summary>A column of a table on the screen.</summary>
/// <param name="Width">At least.</param>
/// <param name="Importance">Where the screen is too narrow those with the smallest go.</param>
/// <param name="IsText">Text is aligned left, numbers are right.</param>
/// <param name="Grows">Takes what the others leave of the screen.</param>
internal sealed record TopColumn(string Heading, int Width, int Importance = int.MaxValue, bool IsText = false, bool Grows = false);

/// <summary>The columns of a table that fit a screen, and its lines.</summary>
internal sealed class TopColumns
{
    private readonly List<(TopColumn Column, int Index, int Width)> _shown;
    private readonly IEnumerable<string> _headings;

    /// <param name="width">Columns of the screen.</param>
    /// <param name="columns">From left to right.</param>
    public TopColumns(int width, params IReadOnlyList<TopColumn> columns)
    {
        _headings = columns.Select(column => column.Heading);
        var fitting = columns.Index().ToList();
        while (fitting.Count > 1 && Used(fitting) > width)
        {
            fitting.Remove(fitting.MinBy(item => item.Item.Importance));
        }

        var spare = width - Used(fitting);
        _shown = [.. fitting.Select(item => (item.Item, item.Index, Math.Max(item.Item.Width + (item.Item.Grows ? spare : 0), 1)))];
    }

    public string Heading => Line([.. _headings]);

    /// <param name="cells">One a column, those that are not shown, too.</param>
    public string Line(params IReadOnlyList<string> cells) => string.Join(' ', _shown.Select(shown =>
    {
        var cell = Shortened.ToFit(cells[shown.Index], shown.Width);
        return shown.Column.IsText ? cell.PadRight(shown.Width) : cell.PadLeft(shown.Width);
    })).TrimEnd();

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Three digits at least.</summary>
    public static string Rate(double perSecond) =>
        perSecond.ToString(perSecond switch { < 10 => "N2", < 100 => "N1", _ => "N0" }, CultureInfo.InvariantCulture);

    /// <summary><c>14.85 ms</c>; with a tilde where it comes from a histogram.</summary>
    public static string Duration(double nanoseconds, bool isExact = true)
    {
        var unit = DurationUnit.For(nanoseconds);
        return $"{(isExact ? "" : "~")}{unit.Number(nanoseconds, unit.Nanoseconds == 1 ? 0 : 2)} {unit.Symbol}";
    }

    /// <summary>Median, 95 %, 99 % and maximum.</summary>
    public static string[] Figures(in LatencySummary summary) =>
    [
        Duration(summary.Percentile50, summary.Exact),
        Duration(summary.Percentile95, summary.Exact),
        Duration(summary.Percentile99, summary.Exact),
        Duration(summary.Maximum),
    ];

    private static int Used(List<(int Index, TopColumn Item)> columns) => columns.Sum(item => item.Item.Width) + columns.Count - 1;
}
