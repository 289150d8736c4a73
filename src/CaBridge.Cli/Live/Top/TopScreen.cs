using System.Globalization;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Live.Top;

/// <summary>Draws a snapshot as lines of text: as many as the screen has, none longer than it is wide.</summary>
internal static class TopScreen
{
    private const string Keys = "q quit  tab view  s sort  f filter PV  o operation  p pause";
    private const int MinSparkline = 8;

    private static readonly (TopPage Page, string Name)[] Pages =
        [(TopPage.Overview, "overview"), (TopPage.Servers, "servers"), (TopPage.Pvs, "PVs"), (TopPage.Unanswered, "no reply")];

    public static IReadOnlyList<string> Draw(TopSnapshot snapshot, TopView view, int width, int height, TextStyle style)
    {
        var lines = new List<string>
        {
            style.Heading(Title(snapshot, view, width)),
            Fit(Rates(snapshot, view, width), width),
            Note(snapshot, view, width, style),
            style.Alert(Fit(ForeignText.Line(snapshot.Problem ?? ""), width)),
        };
        var footer = Footer(view, width, style);
        var tables = new TopTables(snapshot, view.Sort, width);
        lines.AddRange(Body(snapshot, view, tables, height - lines.Count - 1).Select(line => Emphasis(line, width, style)));
        while (lines.Count < height - 1)
        {
            lines.Add("");
        }

        // on a screen of a few lines the keys go last
        return [.. lines.Take(height - 1), .. height > 0 ? (string[])[footer] : []];
    }

    private static IEnumerable<BodyLine> Body(TopSnapshot snapshot, TopView view, TopTables tables, int height)
    {
        if (snapshot.Accounts.Count == 0)
        {
            return
            [
                new BodyLine(snapshot.Intake.Packets == 0 ? "No packet yet."
                    : view is { Operation: null, Pv: "" } ? "Nothing of Channel Access ended lately."
                    : "Nothing of it ended lately."),
            ];
        }

        return view.Page switch
        {
            TopPage.Servers => Stacked([tables.Servers()], height),
            TopPage.Pvs => Stacked([tables.Pvs()], height),
            TopPage.Unanswered => Stacked([tables.Reasons(), tables.Unanswered()], height),
            _ => Stacked([tables.Operations(), tables.Reasons(), tables.Servers(), tables.Pvs()], height),
        };
    }

    /// <summary>
    /// Tables below each other, without those that are empty. The first one has what it needs; what is left is shared evenly, and what one does
    /// not need the others have.
    /// </summary>
    private static IEnumerable<BodyLine> Stacked(IEnumerable<TopTable> all, int height)
    {
        List<TopTable> tables = [.. all.Where(table => table.Lines.Count > 0)];
        var left = height - (2 * tables.Count) + 1;
        while (tables.Count > 1 && left < tables[0].Lines.Count + tables.Count - 1)
        {
            tables.RemoveAt(tables.Count - 1);
            left = height - (2 * tables.Count) + 1;
        }

        var given = new int[tables.Count];
        for (var fills = true; left > 0 && fills;)
        {
            fills = false;
            for (var i = 0; i < tables.Count && left > 0; i++)
            {
                var more = Math.Min(left, Math.Min(i == 0 ? int.MaxValue : 1, tables[i].Lines.Count - given[i]));
                (given[i], left, fills) = (given[i] + more, left - more, fills || more > 0);
            }
        }

        for (var i = 0; i < tables.Count; i++)
        {
            if (i > 0)
            {
                yield return default;
            }

            yield return new BodyLine(tables[i].Heading, IsHeading: true);
            foreach (var line in tables[i].Lines.Take(given[i]))
            {
                yield return new BodyLine(line, IsAlert: tables[i].IsAlert);
            }
        }
    }

    private static string Emphasis(BodyLine line, int width, TextStyle style)
    {
        var text = Fit(line.Text ?? "", width);
        return line.IsHeading ? style.Heading(text) : line.IsAlert ? style.Alert(text) : text;
    }

    private static string Title(TopSnapshot snapshot, TopView view, int width)
    {
        var left = $"cabridge top  {ForeignText.Line(snapshot.Intake.Name)}  {TopColumns.Count(snapshot.Intake.Packets)} packets";
        var time = snapshot.Latest is { } latest ? InstantText.TimeOfDay(latest)[.."00:00:00".Length] + " UTC" : "";
        var right = view.IsPaused ? "PAUSED" : time;
        return Fit($"{Shortened.AtEnd(left, Math.Max(width - right.Length - 1, 1)).PadRight(Math.Max(width - right.Length, 0))}{right}", width);
    }

    private static string Rates(TopSnapshot snapshot, TopView view, int width)
    {
        var now = snapshot.Rates.Count == 0 ? 0 : snapshot.Rates[^1];
        var label = $"{view.Operation?.Name() ?? "operations"} {TopColumns.Rate(now)}/s ";
        var room = width - label.Length;
        if (room < MinSparkline)
        {
            return Fit(label.TrimEnd(), width);
        }

        var bars = snapshot.Rates.Skip(snapshot.Rates.Count - room);
        var peak = $" peak {TopColumns.Rate(bars.DefaultIfEmpty().Max())}/s";
        return room - peak.Length < MinSparkline ? label.TrimEnd() : $"{label}{Sparkline.Of(snapshot.Rates, room - peak.Length)}{peak}";
    }

    private static string Note(TopSnapshot snapshot, TopView view, int width, TextStyle style)
    {
        var operation = view.Operation?.Name() ?? "all operations";
        var pvs = view.Pv.Length == 0 ? "all PVs" : $"PV {view.Question.Pv}";
        var span = snapshot.Span.Nanoseconds <= 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"last {snapshot.Span.TotalSeconds:F0} s, ");
        var note = $"{span}{operation}, {pvs}, sorted by {SortName(view.Sort)}";
        return snapshot.Intake.Lost == 0
            ? Fit(note, width)
            : $"{Fit(note, width)}{style.Alert(Fit($", {TopColumns.Count(snapshot.Intake.Lost)} packets lost", Math.Max(width - note.Length, 0)))}";
    }

    private static string Footer(TopView view, int width, TextStyle style)
    {
        if (view.Typed is { } typed)
        {
            return style.Heading(Fit($"PV filter, Enter or Esc: {typed}_", width));
        }

        var pages = string.Join(' ', Pages.Select(page => page.Page == view.Page ? $"[{page.Name}]" : page.Name));
        return Fit($"{Keys}  {pages}", width).Length < Keys.Length + pages.Length + 2
            ? Fit($"{Keys}  [{Pages.First(page => page.Page == view.Page).Name}]", width)
            : $"{Keys}  {pages}";
    }

    private static string SortName(TopSort sort) => sort switch
    {
        TopSort.P99 => "99%",
        TopSort.Median => "50%",
        TopSort.Count => "replies",
        TopSort.Name => "name",
        _ => "max",
    };

    private static string Fit(string text, int width) => width <= 0 ? "" : Shortened.AtEnd(text, width);

    private readonly record struct BodyLine(string? Text, bool IsHeading = false, bool IsAlert = false);
}
