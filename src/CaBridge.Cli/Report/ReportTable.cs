namespace CaBridge.Cli.Report;

/// <summary>A column of a table.</summary>
/// <param name="Heading">With the unit of its numbers.</param>
/// <param name="Text">A number has nothing but digits, a point and commas between thousands, and may have ~ before it; <see cref="Figures.None"/> is none.</param>
internal sealed record Column<TRow>(string Heading, Func<TRow, string> Text)
{
    public bool IsNumber { get; init; }

    /// <summary>Whether it may be broken anywhere: names that have no end.</summary>
    public bool IsLong { get; init; }
}

/// <summary>A section with a table in it: bounded, and sorted and filtered by the script where there is one.</summary>
/// <param name="id">Of the section; letters, digits and dashes.</param>
/// <param name="heading">Of the section.</param>
/// <param name="note">One paragraph; empty for none.</param>
internal sealed class ReportTable(HtmlWriter html, string id, string heading, string note = "")
{
    /// <summary>So many fill a box for sure; the style sheet has its height.</summary>
    private const int RowsInView = 30;

    /// <summary>Characters of a name that stays on one line.</summary>
    private const int LongestUnbroken = 36;

    /// <summary>A part of another section: then its heading is one below.</summary>
    public bool IsPart { get; init; }

    /// <summary>What is said in the place of a table without rows.</summary>
    public string Nothing { get; init; } = "None.";

    /// <summary>What the rows are ordered by, where some are left out.</summary>
    public string Order { get; init; } = "";

    /// <param name="columns">The first one names the row.</param>
    /// <param name="rows">The first so many are shown.</param>
    /// <param name="top">So many.</param>
    /// <param name="all">Rows that there are, also beyond <paramref name="rows"/>.</param>
    public void Write<TRow>(IReadOnlyList<Column<TRow>> columns, IReadOnlyList<TRow> rows, int top, long? all = null)
    {
        html.Write($"<section id=\"{id}\" aria-labelledby=\"{id}-h\">");
        if (IsPart)
        {
            html.Write($"<h3 id=\"{id}-h\">{heading}</h3>");
        }
        else
        {
            html.Write($"<h2 id=\"{id}-h\">{heading}</h2>");
        }

        if (note.Length > 0)
        {
            html.Write($"<p class=\"note\">{note}</p>");
        }

        if (rows.Count == 0)
        {
            html.Write($"<p>{Nothing}</p>");
        }
        else
        {
            WriteRows(columns, rows, top);
            WriteRest(Math.Min(rows.Count, top), all ?? rows.Count);
        }

        html.Markup("</section>\n");
    }

    private void WriteRows<TRow>(IReadOnlyList<Column<TRow>> columns, IReadOnlyList<TRow> rows, int top)
    {
        html.Write($"<div class=\"{(Math.Min(rows.Count, top) > RowsInView ? "box tall" : "box")}\" tabindex=\"0\" role=\"region\" aria-labelledby=\"{id}-h\"><table><thead><tr>");
        foreach (var column in columns)
        {
            html.Write($"<th scope=\"col\" class=\"{(column.IsNumber ? "n" : "t")}\">{column.Heading}</th>");
        }

        html.Markup("</tr></thead><tbody>\n");
        foreach (var row in rows.Take(top))
        {
            var name = columns[0].Text(row);
            html.Write($"<tr><th scope=\"row\" class=\"{ClassOf(columns[0], name)}\">{name}</th>");
            foreach (var column in columns.Skip(1))
            {
                var text = column.Text(row);
                html.Write($"<td class=\"{ClassOf(column, text)}\">{text}</td>");
            }

            html.Markup("</tr>\n");
        }

        html.Markup("</tbody></table></div>");
    }

    private void WriteRest(int shown, long all)
    {
        if (shown < all)
        {
            html.Write($"<p class=\"note\">{Figures.Count(all - shown, "more row is", "more rows are")} not shown{(Order.Length > 0 ? $"; these are {Order}" : "")}. A higher --top shows more.</p>");
        }
    }

    private static string ClassOf<TRow>(Column<TRow> column, string text) =>
        column.IsNumber ? "n" : column.IsLong && text.Length > LongestUnbroken ? "long" : "t";
}
