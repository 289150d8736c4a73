using System.Globalization;
using CaBridge.Analysis;

namespace CaBridge.Cli.Rendering;

internal enum TimeFormat
{
    /// <summary><c>2026-11-22T10:43:17.123456789Z</c>.</summary>
    Utc,

    /// <summary>Seconds since 1970.</summary>
    Unix,

    /// <summary>Seconds since the first frame.</summary>
    Relative,
}

/// <summary>Writes instants with all nine digits of a second.</summary>
internal sealed class TimeText
{
    private const string NineDigits = "D9";
    private const int SecondLength = 19;

    /// <summary>Room for the round-trip format, of which the fraction is not used: it stops at 100 ns.</summary>
    private readonly byte[] _second = new byte["2026-11-22T10:43:17.0000000Z"u8.Length];
    private long _secondUnix = long.MinValue;

    /// <param name="start">The time of the first frame.</param>
    public void Append(Utf8Buffer buffer, CaptureTime time, CaptureTime start, TimeFormat format)
    {
        switch (format)
        {
            case TimeFormat.Unix:
                AppendSeconds(buffer, time.UnixNanoseconds);
                break;
            case TimeFormat.Relative:
                AppendSeconds(buffer, (time - start).Nanoseconds);
                break;
            default:
                AppendUtc(buffer, time);
                break;
        }
    }

    public void AppendUtc(Utf8Buffer buffer, CaptureTime time)
    {
        var second = CalendarSecond.Of(time);
        if (second.Unix != _secondUnix)
        {
            _ = second.Calendar.TryFormat(_second, out _, "O", CultureInfo.InvariantCulture);
            _secondUnix = second.Unix;
        }

        buffer.Append(_second.AsSpan(0, SecondLength));
        buffer.Append((byte)'.');
        buffer.AppendNumber(second.Nanosecond, NineDigits);
        buffer.Append((byte)'Z');
    }

    private static void AppendSeconds(Utf8Buffer buffer, long nanoseconds)
    {
        if (nanoseconds < 0)
        {
            buffer.Append((byte)'-');
        }

        var (seconds, rest) = Math.DivRem((ulong)Int128.Abs(nanoseconds), CaptureDuration.NanosecondsPerSecond);
        buffer.AppendNumber(seconds);
        buffer.Append((byte)'.');
        buffer.AppendNumber(rest, NineDigits);
    }
}
