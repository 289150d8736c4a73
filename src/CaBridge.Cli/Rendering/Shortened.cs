namespace CaBridge.Cli.Rendering;

/// <summary>Text for a width that it may not fit: names differ at both ends, so they lose their middle.</summary>
internal static class Shortened
{
    private const int SmallestForMiddle = 5;
    private const string Between = " → ";
    private const string Separator = ", ";
    private const string More = ", …";

    /// <summary>A line of a screen: its beginning, whatever it says.</summary>
    public static string AtEnd(string text, int width) => text.Length <= width ? text : $"{text.AsSpan(0, width - 1)}…";

    /// <param name="text">A name, both ends of a circuit, or a list of names.</param>
    /// <param name="width">At least 1; below 5 only the beginning is kept.</param>
    public static string ToFit(string text, int width)
    {
        if (text.Length <= width)
        {
            return text;
        }

        if (width < SmallestForMiddle)
        {
            return AtEnd(text, width);
        }

        var between = text.IndexOf(Between, StringComparison.Ordinal);
        if (between >= 0)
        {
            return Ends(text[..between], text[(between + Between.Length)..], width - Between.Length);
        }

        // whole names as many as fit
        var listed = text.LastIndexOf(Separator, width - More.Length + Separator.Length - 1, StringComparison.Ordinal);
        return listed > 0 ? text[..listed] + More : Middle(text, width);
    }

    /// <summary>What one end does not need, the other may have.</summary>
    private static string Ends(string first, string second, int width)
    {
        var half = width / 2;
        var firstWidth = Math.Min(first.Length, Math.Max(half, width - second.Length));
        return $"{Middle(first, firstWidth)}{Between}{Middle(second, width - firstWidth)}";
    }

    private static string Middle(string text, int width)
    {
        if (text.Length <= width)
        {
            return text;
        }

        var head = width / 2;
        var tail = text.Length - (width - 1 - head);
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return $"{text.AsSpan(0, head)}…{text.AsSpan(tail)}";
    }
}
