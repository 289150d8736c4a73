using System.Buffers;
using System.Globalization;
using System.Text;

namespace CaBridge.Analysis.Text;

/// <summary>
/// Text that a stranger chose, such as a PV's name, on its way to a terminal: what would act there, or make it look like another text, is
/// told by its number, as <c>\u{1b}</c>.
/// </summary>
public static class ForeignText
{
    /// <summary>Printable ASCII that needs no escape within quotes; a bare word has no space besides.</summary>
    public const string Plain = " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(Plain + "\"\\");
    private static readonly SearchValues<char> WordCharacters = SearchValues.Create(Plain.AsSpan(1));

    /// <summary>A sentence with foreign text in it, on one line.</summary>
    public static string Line(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(PlainCharacters))
        {
            return text;
        }

        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Append(line, rune);
        }

        return line.ToString();
    }

    /// <summary>A name: bare where it is one word of printable ASCII, else in double quotes, with quotes and backslashes escaped too.</summary>
    public static string Word(string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExcept(WordCharacters))
        {
            return text;
        }

        var word = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            Append(rune.Value is '"' or '\\' ? word.Append('\\') : word, rune);
        }

        return word.Append('"').ToString();
    }

    /// <summary>Control characters, and what shows nothing by itself but changes how its neighbours show: line ends, directions, joiners.</summary>
    public static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static void Append(StringBuilder text, Rune rune)
    {
        if (IsUnsafe(rune))
        {
            text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        }
        else
        {
            text.Append(rune.ToString());
        }
    }
}
