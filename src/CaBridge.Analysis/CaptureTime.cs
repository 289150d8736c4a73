namespace CaBridge.Analysis;

/// <summary>
/// An instant as a capture recorded it: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
/// </summary>
/// <param name="UnixNanoseconds">Range 1677 to 2262. <c>default</c> is the Unix epoch itself, not "no time".</param>
/// <remarks>
/// Ordered by time. The difference of two instants is a <see cref="CaptureDuration"/>; <see cref="TimeSpan"/> and
/// <see cref="DateTimeOffset"/> stop at 100 ns and would lose the last digits of a nanosecond capture.
/// </remarks>
public readonly record struct CaptureTime(long UnixNanoseconds) : IComparable<CaptureTime>
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Nanoseconds between the Unix epoch and the EPICS epoch, 1990-01-01T00:00:00Z.</summary>
    public const long EpicsEpochUnixNanoseconds = 631_152_000L * CaptureDuration.NanosecondsPerSecond;

    public static CaptureDuration operator -(CaptureTime later, CaptureTime earlier) => new(later.UnixNanoseconds - earlier.UnixNanoseconds);

    public static CaptureTime operator +(CaptureTime time, CaptureDuration duration) => new(time.UnixNanoseconds + duration.Nanoseconds);

    public static bool operator <(CaptureTime left, CaptureTime right) => left.UnixNanoseconds < right.UnixNanoseconds;

    public static bool operator >(CaptureTime left, CaptureTime right) => left.UnixNanoseconds > right.UnixNanoseconds;

    public static bool operator <=(CaptureTime left, CaptureTime right) => left.UnixNanoseconds <= right.UnixNanoseconds;

    public static bool operator >=(CaptureTime left, CaptureTime right) => left.UnixNanoseconds >= right.UnixNanoseconds;

    public int CompareTo(CaptureTime other) => UnixNanoseconds.CompareTo(other.UnixNanoseconds);

    /// <summary>Cuts the last two digits (to 100 ns); for display and calendars only.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch.AddTicks(UnixNanoseconds / NanosecondsPerTick);
}
