using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CaBridge.Analysis;

namespace CaBridge.Cli;

/// <summary>Which part of a recording is wanted: from <c>--from</c> (included) to <c>--to</c> (excluded). <c>default</c> is all of it.</summary>
internal readonly record struct TimeRange
{
    private static readonly string[] CalendarFormats =
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd"];

    private readonly Bound? _from;
    private readonly Bound? _to;

    private TimeRange(Bound? from, Bound? to) => (_from, _to) = (from, to);

    /// <summary>
    /// Each end is null for none, seconds since 1970 (<c>1795414505.505806</c>), a date with or without time (<c>2026-11-22T10:43:17.25Z</c>, UTC
    /// if no zone is told), or seconds from the first frame (<c>+1.5</c>). Up to nine digits of a second count, further ones are cut.
    /// </summary>
    /// <param name="error">A sentence that names the option and what it had.</param>
    public static bool TryParse(string? from, string? to, out TimeRange range, [NotNullWhen(false)] out string? error)
    {
        range = default;
        Bound? first = null;
        Bound? last = null;
        error = from is not null && !TryParseBound(from, out first) ? Sentence("--from", from)
            : to is not null && !TryParseBound(to, out last) ? Sentence("--to", to)
            : IsEmpty(first, last) ? $"--from must be before --to, but '{from}' is not before '{to}'."
            : null;
        range = error is null ? new TimeRange(first, last) : default;
        return error is null;
    }

    /// <param name="start">The time of the first frame, where <c>+seconds</c> count from.</param>
    public bool Contains(CaptureTime time, CaptureTime start) =>
        (_from is not { } from || time >= from.At(start)) && (_to is not { } to || time < to.At(start));

    /// <summary>Whether any of what lasted from <paramref name="first"/> to <paramref name="last"/> is in it.</summary>
    public bool Overlaps(CaptureTime first, CaptureTime last, CaptureTime start) =>
        (_from is not { } from || last >= from.At(start)) && (_to is not { } to || first < to.At(start));

    /// <summary>Whether that can be told: a time and one from the first frame cannot be compared before there is a frame.</summary>
    private static bool IsEmpty(Bound? from, Bound? to) =>
        from is { } first && to is { } last && first.IsRelative == last.IsRelative && first.Nanoseconds >= last.Nanoseconds;

    private static string Sentence(string option, string text) =>
        $"{option} needs seconds since 1970, a time such as 2026-11-22T10:43:17Z, or +seconds from the first frame, not '{text}'.";

    private static bool TryParseBound(string text, out Bound? bound)
    {
        var relative = text.StartsWith('+');
        bound = TryParseSeconds(relative ? text.AsSpan(1) : text, out var nanoseconds) || (!relative && TryParseCalendar(text, out nanoseconds))
            ? new Bound(nanoseconds, relative)
            : null;
        return bound is not null;
    }

    private static bool TryParseSeconds(ReadOnlySpan<char> text, out long nanoseconds)
    {
        nanoseconds = 0;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= long.MaxValue / CaptureDuration.NanosecondsPerSecond
            && TryNarrow(decimal.Truncate(seconds * CaptureDuration.NanosecondsPerSecond), out nanoseconds);
    }

    /// <summary>The fraction is read apart: <see cref="DateTimeOffset"/> stops at 100 ns.</summary>
    private static bool TryParseCalendar(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var fractionEnd = point + 1;
        while (point >= 0 && fractionEnd < text.Length && char.IsAsciiDigit(text[fractionEnd]))
        {
            fractionEnd++;
        }

        var fraction = 0L;
        if (point >= 0 && !TryParseSeconds($"0{text.AsSpan(point, fractionEnd - point)}", out fraction))
        {
            return false;
        }

        var whole = point < 0 ? text : string.Concat(text.AsSpan(0, point), text.AsSpan(fractionEnd));
        return DateTimeOffset.TryParseExact(whole, CalendarFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && TryNarrow(((time - DateTimeOffset.UnixEpoch).Ticks * (decimal)TimeSpan.NanosecondsPerTick) + fraction, out nanoseconds);
    }

    private static bool TryNarrow(decimal value, out long nanoseconds)
    {
        var fits = value is >= long.MinValue and <= long.MaxValue;
        nanoseconds = fits ? (long)value : 0;
        return fits;
    }

    private readonly record struct Bound(long Nanoseconds, bool IsRelative)
    {
        public CaptureTime At(CaptureTime start) => IsRelative ? start + new CaptureDuration(Nanoseconds) : new CaptureTime(Nanoseconds);
    }
}
