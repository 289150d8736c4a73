namespace CaBridge.Analysis;

/// <summary>A signed length of capture time in nanoseconds; <c>default</c> is zero. Ordered by length, negative first.</summary>
public readonly record struct CaptureDuration(long Nanoseconds) : IComparable<CaptureDuration>
{
    public const long NanosecondsPerSecond = 1_000_000_000;
    public const long NanosecondsPerMillisecond = 1_000_000;

    public double TotalSeconds => Nanoseconds / (double)NanosecondsPerSecond;

    public static CaptureDuration FromSeconds(double seconds) => new((long)Math.Round(seconds * NanosecondsPerSecond));

    public static CaptureDuration FromMilliseconds(long milliseconds) => new(milliseconds * NanosecondsPerMillisecond);

    /// <summary>Clocks of several interfaces may contradict the order of bytes by a little: no reply precedes its request.</summary>
    public static CaptureDuration NotNegative(CaptureDuration duration) => duration.Nanoseconds < 0 ? default : duration;

    public static CaptureDuration operator -(CaptureDuration longer, CaptureDuration shorter) => new(longer.Nanoseconds - shorter.Nanoseconds);

    public static bool operator <(CaptureDuration left, CaptureDuration right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(CaptureDuration left, CaptureDuration right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(CaptureDuration left, CaptureDuration right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(CaptureDuration left, CaptureDuration right) => left.Nanoseconds >= right.Nanoseconds;

    public int CompareTo(CaptureDuration other) => Nanoseconds.CompareTo(other.Nanoseconds);
}
