using CaBridge.Analysis;

namespace CaBridge.Cli.Rendering;

/// <summary>An instant as calendars have it: a whole second, also before 1970 the one that has begun, and what has passed of it.</summary>
/// <param name="Unix">Seconds since 1970.</param>
/// <param name="Nanosecond">0 to 999,999,999.</param>
internal readonly record struct CalendarSecond(long Unix, long Nanosecond)
{
    public DateTime Calendar => DateTime.UnixEpoch.AddSeconds(Unix);

    public static CalendarSecond Of(CaptureTime time)
    {
        var (second, nanosecond) = Math.DivRem(time.UnixNanoseconds, CaptureDuration.NanosecondsPerSecond);
        return nanosecond < 0 ? new(second - 1, nanosecond + CaptureDuration.NanosecondsPerSecond) : new(second, nanosecond);
    }
}
