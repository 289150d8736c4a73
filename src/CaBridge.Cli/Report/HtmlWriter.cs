using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using CaBridge.Analysis.Text;

namespace CaBridge.Cli.Report;

/// <summary>
/// Writes HTML as it comes. What stands in a source text is markup; what stands in the holes of an interpolated string is text, and escaped for
/// elements and quoted attributes alike. There is no way to write a string that was made at run time as markup.
/// </summary>
/// <param name="output">UTF-8; stays open.</param>
internal sealed class HtmlWriter(TextWriter output)
{
    private const int MaxNumberLength = 64;

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(
        " !#$%()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public void Markup([ConstantExpected] string markup) => output.Write(markup);

    /// <param name="pieces">Written already, by themselves.</param>
    [SuppressMessage("Performance", "CA1822", Justification = "The pieces are written to this one.")]
    public void Write([InterpolatedStringHandlerArgument("")] ref Pieces pieces) => _ = pieces;

    /// <summary>What was made at build time: the style sheet and the script.</summary>
    public void Asset(ReportAsset asset) => output.Write(asset.Content);

    /// <summary>Foreign text: what would not show, or change how its neighbours show, is told by its number.</summary>
    private void Text(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExcept(PlainCharacters))
        {
            output.Write(text);
            return;
        }

        Span<char> characters = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&':
                    output.Write("&amp;");
                    break;
                case '<':
                    output.Write("&lt;");
                    break;
                case '>':
                    output.Write("&gt;");
                    break;
                case '"':
                    output.Write("&quot;");
                    break;
                case '\'':
                    output.Write("&#39;");
                    break;
                default:
                    if (ForeignText.IsUnsafe(rune))
                    {
                        output.Write(string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}"));
                    }
                    else
                    {
                        output.Write(characters[..rune.EncodeToUtf16(characters)]);
                    }

                    break;
            }
        }
    }

    /// <summary>The pieces of an interpolated string, written one after the other.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Pieces
    {
        private readonly HtmlWriter _html;

        public Pieces(int literalLength, int formattedCount, HtmlWriter html)
        {
            _ = (literalLength, formattedCount);
            _html = html;
        }

        public void AppendLiteral([ConstantExpected] string markup) => _html.Markup(markup);

        public void AppendFormatted(string? text) => _html.Text(text);

        /// <summary>A number, with a point and without grouping unless its format says so.</summary>
        public void AppendFormatted<TNumber>(TNumber number, string? format = null)
            where TNumber : ISpanFormattable
        {
            Span<char> text = stackalloc char[MaxNumberLength];
            _html.Text(number.TryFormat(text, out var length, format, CultureInfo.InvariantCulture)
                ? text[..length]
                : number.ToString(format, CultureInfo.InvariantCulture));
        }
    }
}
