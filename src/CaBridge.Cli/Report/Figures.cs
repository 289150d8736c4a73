using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Report;

/// <summary>Numbers as the page has them: in sentences with the unit that fits, in tables all of them in milliseconds.</summary>
internal static class Figures
{
    public const string None = "–";

    /// <summary>Between a number and its unit: a space at which no line ends.</summary>
    private const char Unbroken = '\u00A0';

    private const double NanosecondsPerMillisecond = 1e6;

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 request</c>, <c>1,234 requests</c>.</summary>
    public static string Count(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? $"{one}s")}";

    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => Count(bytes, "byte"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB"),
    };

    /// <summary>Never 100 % of what is not the whole, nor 0 % of what is something.</summary>
    public static string Percent(long part, long whole)
    {
        var percent = whole == 0 ? 0 : 100.0 * part / whole;
        return part == whole || percent == 0 ? string.Create(CultureInfo.InvariantCulture, $"{percent:F0} %")
            : percent < 0.1 ? "less than 0.1 %"
            : percent > 99.9 ? "more than 99.9 %"
            : string.Create(CultureInfo.InvariantCulture, $"{percent:F1} %");
    }

    /// <summary>Three digits: <c>14.9 ms</c>, <c>2.10 s</c>.</summary>
    public static string Duration(double nanoseconds)
    {
        var unit = DurationUnit.For(nanoseconds);
        var number = nanoseconds / unit.Nanoseconds;
        return $"{unit.Number(nanoseconds, unit.Nanoseconds == 1 || number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2)}{Unbroken}{unit.Symbol}";
    }

    /// <summary>What is round by itself, without the zeros: <c>64 ms</c>, <c>1.024 s</c>.</summary>
    public static string Step(CaptureDuration step)
    {
        var unit = DurationUnit.For(step.Nanoseconds);
        return string.Create(CultureInfo.InvariantCulture, $"{step.Nanoseconds / unit.Nanoseconds:0.###}{Unbroken}{unit.Symbol}");
    }

    /// <summary>For tables whose heading has the unit.</summary>
    public static string Milliseconds(double nanoseconds) => (nanoseconds / NanosecondsPerMillisecond).ToString("N3", CultureInfo.InvariantCulture);

    public static string Time(CaptureTime time) => InstantText.DateAndTime(time);

    /// <summary>The first names, and how many more there are.</summary>
    /// <param name="all">How many there are; more than that, where not all are known.</param>
    public static string Names(IEnumerable<string> names, int shown, long all) =>
        string.Join(", ", names.Take(shown)) + (all > shown ? $" and {Count(all - shown)} more" : "");

    public static string Host(Endpoint host) => host == default ? LatencyTable.OtherKey : host.HostOrEndpointText();
}
