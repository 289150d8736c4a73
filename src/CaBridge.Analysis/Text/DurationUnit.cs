using System.Globalization;

namespace CaBridge.Analysis.Text;

/// <summary>A unit that durations are told in.</summary>
public readonly record struct DurationUnit(string Symbol, double Nanoseconds)
{
    /// <summary>Decimals of a single duration: to the next smaller unit.</summary>
    public const int Decimals = 3;

    private const int MaxNumberLength = 64;

    public static IReadOnlyList<DurationUnit> All { get; } = [new("ns", 1), new("µs", 1e3), new("ms", 1e6), new("s", 1e9)];

    /// <summary>The unit in which the duration has one to three digits before its point, as far as there is one.</summary>
    public static DurationUnit For(double nanoseconds)
    {
        var magnitude = Math.Abs(nanoseconds);
        for (var i = All.Count - 1; i > 0; i--)
        {
            if (magnitude >= All[i].Nanoseconds)
            {
                return All[i];
            }
        }

        return All[0];
    }

    /// <summary><c>14.851 ms</c>; whole nanoseconds below 1 µs.</summary>
    public static string Text(double nanoseconds)
    {
        Span<char> text = stackalloc char[MaxNumberLength];
        return TryWrite(nanoseconds, text, out var length) ? text[..length].ToString() : "";
    }

    /// <summary>As <see cref="Text"/>, without making a string.</summary>
    /// <returns>False where there is no room for it.</returns>
    public static bool TryWrite(double nanoseconds, Span<char> text, out int length)
    {
        var unit = For(nanoseconds);
        var decimals = unit.Nanoseconds == 1 ? 0 : Decimals;
        if (!(nanoseconds / unit.Nanoseconds).TryFormat(text, out length, Format(decimals), CultureInfo.InvariantCulture)
            || !text[length..].TryWrite($" {unit.Symbol}", out var added))
        {
            length = 0;
            return false;
        }

        length += added;
        return true;
    }

    /// <summary>The length of a recording: <c>14.851 s</c>, <c>5 min 07 s</c>, <c>3 h 05 min 07 s</c>, <c>365 d 03 h 05 min</c>.</summary>
    public static string Span(long nanoseconds)
    {
        var seconds = nanoseconds / 1_000_000_000;
        var (minutes, second) = Math.DivRem(seconds, 60);
        var (hours, minute) = Math.DivRem(minutes, 60);
        var (days, hour) = Math.DivRem(hours, 24);
        return seconds switch
        {
            < 60 => Text(nanoseconds),
            < 60 * 60 => string.Create(CultureInfo.InvariantCulture, $"{minute} min {second:D2} s"),
            < 24 * 60 * 60 => string.Create(CultureInfo.InvariantCulture, $"{hour} h {minute:D2} min {second:D2} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{days} d {hour:D2} h {minute:D2} min"),
        };
    }

    /// <summary>The number alone: <c>14.851</c>.</summary>
    public string Number(double nanoseconds, int decimals) => (nanoseconds / Nanoseconds).ToString(Format(decimals), CultureInfo.InvariantCulture);

    /// <summary>Of <see cref="Number"/>, without making it.</summary>
    public int NumberLength(double nanoseconds, int decimals)
    {
        Span<char> number = stackalloc char[MaxNumberLength];
        _ = (nanoseconds / Nanoseconds).TryFormat(number, out var length, Format(decimals), CultureInfo.InvariantCulture);
        return length;
    }

    private static string Format(int decimals) => decimals switch { 0 => "F0", 1 => "F1", 2 => "F2", _ => "F3" };
}
