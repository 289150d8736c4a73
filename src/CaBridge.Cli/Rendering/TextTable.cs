namespace CaBridge.Cli.Rendering;

/// <summary>Columns of text as wide as their widest cell, for numbers aligned right; the first, and those named, are aligned left.</summary>
/// <param name="headers">One a column.</param>
/// <param name="leftAligned">Columns of text, from 0.</param>
internal sealed class TextTable(IReadOnlyList<string> headers, params IReadOnlyList<int> leftAligned)
{
    private const int LeastFlexibleWidth = 12;

    private readonly int[] _widths = [.. headers.Select(header => header.Length)];
    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <summary>The column whose cells are shortened where the page is too narrow; none is where it is wide enough.</summary>
    public int? Flexible { get; init; }

    /// <param name="cells">One a column.</param>
    public void Add(params IReadOnlyList<string> cells)
    {
        _rows.Add(cells);
        for (var i = 0; i < _widths.Length; i++)
        {
            _widths[i] = Math.Max(_widths[i], cells[i].Length);
        }
    }

    /// <summary>Two spaces between columns, one where that is needed to fit the page.</summary>
    public void Write(TextWriter output, TextStyle style)
    {
        int[] widths = [.. _widths];
        var gaps = widths.Length - 1;
        var gap = widths.Sum() + (gaps * 2) <= style.Columns ? 2 : 1;
        var excess = widths.Sum() + (gaps * gap) - style.Columns;
        if (Flexible is { } flexible && excess > 0)
        {
            widths[flexible] = Math.Min(widths[flexible], Math.Max(LeastFlexibleWidth, widths[flexible] - excess));
        }

        output.WriteLine(style.Heading(Line(headers)));
        foreach (var row in _rows)
        {
            output.WriteLine(Line(row));
        }

        string Line(IReadOnlyList<string> cells) => string.Join(new string(' ', gap), cells.Select(Cell)).TrimEnd();

        string Cell(string cell, int column)
        {
            var text = Shortened.ToFit(cell, widths[column]);
            return column == 0 || leftAligned.Contains(column) ? text.PadRight(widths[column]) : text.PadLeft(widths[column]);
        }
    }
}
