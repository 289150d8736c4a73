using System.Globalization;
using CaBridge.Analysis;

namespace CaBridge.Cli.Rendering;

/// <summary>Capture time as text, UTC, to the microsecond; the rest of it where it is not zero.</summary>
internal static class InstantText
{
    /// <summary><c>2026-11-23</c>.</summary>
    public static string Date(CaptureTime time) => CalendarSecond.Of(time).Calendar.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>06:17:27.957190</c>.</summary>
    public static string TimeOfDay(CaptureTime time)
    {
        var second = CalendarSecond.Of(time);
        var fraction = second.Nanosecond % 1000 == 0
            ? (second.Nanosecond / 1000).ToString("D6", CultureInfo.InvariantCulture)
            : second.Nanosecond.ToString("D9", CultureInfo.InvariantCulture);
        return $"{second.Calendar.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}.{fraction}";
    }

    /// <summary><c>2026-11-23 06:17:27.957190</c>.</summary>
    public static string DateAndTime(CaptureTime time) => $"{Date(time)} {TimeOfDay(time)}";
}
