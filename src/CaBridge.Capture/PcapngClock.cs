using System.Runtime.InteropServices;
using CaBridge.Analysis;

namespace CaBridge.Capture;

/// <summary>
/// What an interface's time stamps count (pcapng's <c>if_tsresol</c> and <c>if_tsoffset</c>). <c>default</c> is no clock: use
/// <see cref="Microseconds"/>, pcapng's own default.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct PcapngClock
{
    private const int NanosecondDigits = 9;

    private readonly byte _resolution;
    private readonly long _offsetSeconds;

    // the common case, a whole number of nanoseconds per tick, without 128-bit arithmetic
    private readonly ulong _nanosecondsPerTick;
    private readonly ulong _maxSimpleTicks;
    private readonly long _offsetNanoseconds;

    /// <param name="resolution">The option's byte: 10⁻ⁿ s, or 2⁻ⁿ s with the highest bit set.</param>
    /// <param name="offsetSeconds">Added to each time stamp.</param>
    public PcapngClock(byte resolution, long offsetSeconds)
    {
        _resolution = resolution;
        _offsetSeconds = offsetSeconds;
        if (resolution > NanosecondDigits || offsetSeconds is > int.MaxValue or < int.MinValue)
            return;

        _nanosecondsPerTick = (ulong)PowerOfTen(NanosecondDigits - resolution);
        _offsetNanoseconds = offsetSeconds * CaptureDuration.NanosecondsPerSecond;
        _maxSimpleTicks = (ulong)(long.MaxValue - Math.Max(0, _offsetNanoseconds)) / _nanosecondsPerTick;
    }

    public static PcapngClock Microseconds { get; } = new(resolution: 6, offsetSeconds: 0);

    /// <summary>Cut to whole nanoseconds; a time beyond the range of <see cref="CaptureTime"/> becomes the range's end.</summary>
    public long ToUnixNanoseconds(ulong ticks) =>
        ticks <= _maxSimpleTicks && _nanosecondsPerTick > 0 ? (long)(ticks * _nanosecondsPerTick) + _offsetNanoseconds : Convert(ticks);

    private long Convert(ulong ticks)
    {
        var digits = _resolution & 0x7F;
        UInt128 nanoseconds;
        if (_resolution > 0x7F)
            nanoseconds = ((UInt128)ticks * CaptureDuration.NanosecondsPerSecond) >> digits;
        else if (digits <= NanosecondDigits)
            nanoseconds = ticks * PowerOfTen(NanosecondDigits - digits);
        else
            nanoseconds = digits - NanosecondDigits > 20 ? 0 : ticks / PowerOfTen(digits - NanosecondDigits);

        var time = (Int128)nanoseconds + ((Int128)_offsetSeconds * CaptureDuration.NanosecondsPerSecond);
        return (long)Int128.Clamp(time, long.MinValue, long.MaxValue);
    }

    private static UInt128 PowerOfTen(int exponent)
    {
        UInt128 power = 1;
        for (; exponent > 0; exponent--)
            power *= 10;
        return power;
    }
}
