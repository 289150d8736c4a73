using System.Globalization;

namespace CaBridge.Analysis.Text;

/// <summary>Durations as a command line has them: <c>50ms</c>.</summary>
public static class DurationText
{
    public const string Form = "a number with ns, us, ms or s, as 50ms";

    /// <summary>The longest suffix that fits is meant, so <c>s</c> comes last.</summary>
    private static readonly (string Suffix, long Nanoseconds)[] Units =
        [("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", CaptureDuration.NanosecondsPerMillisecond), ("s", CaptureDuration.NanosecondsPerSecond)];

    /// <summary>Digits below a nanosecond are cut; signs and exponents are refused.</summary>
    public static bool TryParse(string text, out CaptureDuration duration)
    {
        duration = default;
        var unit = Array.Find(Units, unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        if (unit.Suffix is null
            || !decimal.TryParse(text.AsSpan(0, text.Length - unit.Suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue / unit.Nanoseconds)
        {
            return false;
        }

        duration = new CaptureDuration((long)(number * unit.Nanoseconds));
        return true;
    }
}
