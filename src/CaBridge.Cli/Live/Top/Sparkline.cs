namespace CaBridge.Cli.Live.Top;

internal static class Sparkline
{
    private const string Levels = "▁▂▃▄▅▆▇█";

    /// <summary>One character a value, the last ones at the right edge; the highest of those shown is a full block, zero a blank.</summary>
    public static string Of(IReadOnlyList<double> values, int width)
    {
        var shown = values.Skip(values.Count - width).ToList();
        var highest = shown.DefaultIfEmpty().Max();
        var bars = shown.Select(value => value <= 0 ? ' ' : Levels[(int)Math.Ceiling(value / highest * Levels.Length) - 1]);
        return new string([.. bars]).PadLeft(Math.Max(width, 0));
    }
}
