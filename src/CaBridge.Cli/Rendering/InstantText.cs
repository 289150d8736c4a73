using System.Globalization;
using CaBridge.Analysis;

namespace CaBridge.Cli.Rendering;

/// <summary>Capture time as text, UTC, to the microsecond; the rest of it where it is not zero.</summary>
internal static class InstantText
{
    /// <summary><c>2026-11-23</c>.</summary>
    public static string Date(CaptureTime time) => Calendar(time).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>06:17:27.957190</c>.</summary>
    public static string TimeOfDay(CaptureTime time)
    {
        var nanoseconds = time.UnixNanoseconds - (WholeSeconds(time) * CaptureDuration.NanosecondsPerSecond);
        var fraction = nanoseconds % 1000 == 0
            ? (nanoseconds / 1000).ToString("D6", CultureInfo.InvariantCulture)
            : nanoseconds.ToString("D9", CultureInfo.InvariantCulture);
        return $"{Calendar(time).ToString("HH:mm:ss", CultureInfo.InvariantCulture)}.{fraction}";
    }

    /// <summary><c>2026-11-23 06:17:27.957190</c>.</summary>
    public static string DateAndTime(CaptureTime time) => $"{Date(time)} {TimeOfDay(time)}";

    private static DateTime Calendar(CaptureTime time) => DateTime.UnixEpoch.AddSeconds(WholeSeconds(time));

    private static long WholeSeconds(CaptureTime time) =>
        (time.UnixNanoseconds / CaptureDuration.NanosecondsPerSecond) - (time.UnixNanoseconds % CaptureDuration.NanosecondsPerSecond < 0 ? 1 : 0);
}
