namespace CaBridge.Cli.Rendering;

/// <summary>Columns of text as wide as their widest cell, for numbers aligned right; the first, and those named, are aligned left.</summary>
/// <param name="headers">One a column.</param>
/// <param name="leftAligned">Columns of text, from 0.</param>
internal sealed class TextTable(IReadOnlyList<string> headers, params IReadOnlyList<int> leftAligned)
{
    /// <summary>What output is laid out for.</summary>
    public const int PageWidth = 100;

    private readonly int[] _widths = [.. headers.Select(header => header.Length)];
    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <summary>Two spaces between columns, one where that is needed to fit the page.</summary>
    public int Width => _widths.Sum() + ((_widths.Length - 1) * Gap);

    private int Gap => _widths.Sum() + ((_widths.Length - 1) * 2) <= PageWidth ? 2 : 1;

    /// <param name="cells">One a column.</param>
    public void Add(params IReadOnlyList<string> cells)
    {
        _rows.Add(cells);
        for (var i = 0; i < _widths.Length; i++)
        {
            _widths[i] = Math.Max(_widths[i], cells[i].Length);
        }
    }

    public void Write(TextWriter output, TextStyle style)
    {
        output.WriteLine(style.Heading(Line(headers)));
        foreach (var row in _rows)
        {
            output.WriteLine(Line(row));
        }
    }

    /// <summary>The text if it fits, else its beginning and an ellipsis.</summary>
    public static string Shorten(string text, int width) => text.Length <= width ? text : $"{text.AsSpan(0, width - 1)}…";

    private string Line(IReadOnlyList<string> cells)
    {
        var gap = new string(' ', Gap);
        var padded = cells.Select((cell, i) => i == 0 || leftAligned.Contains(i) ? cell.PadRight(_widths[i]) : cell.PadLeft(_widths[i]));
        return string.Join(gap, padded).TrimEnd();
    }
}
