using System.Buffers;

namespace CaBridge.Cli.Rendering;

/// <summary>A line of CSV as RFC 4180 has it, but that it ends with <c>\n</c>.</summary>
internal static class CsvLine
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <param name="cells">Null is an empty cell.</param>
    public static void Write(TextWriter output, params ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                output.Write(',');
            }

            var cell = cells[i];
            output.Write(cell.AsSpan().ContainsAny(Quoted) ? $"\"{cell!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell);
        }

        output.Write('\n');
    }
}
