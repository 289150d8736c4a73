using CaBridge.Capture;

namespace CaBridge.Tests.Capture;

public sealed class PcapngClockTests
{
    [TestCase(6, 0, 1_234_567ul, 1_234_567_000)]
    [TestCase(9, 0, 1_234_567ul, 1_234_567)]
    [TestCase(0, 0, 2ul, 2_000_000_000)]
    [TestCase(3, -1, 1500ul, 500_000_000)]
    [TestCase(12, 0, 1_999ul, 1)]
    [TestCase(12, 2, 1_000ul, 2_000_000_001)]
    [TestCase(30, 0, ulong.MaxValue, 0)]
    [TestCase(0x80 | 1, 0, 3ul, 1_500_000_000)]
    [TestCase(0x80 | 20, 0, (1ul << 20) + 1, 1_000_000_953)]
    [TestCase(0x80 | 30, 5, 1ul << 30, 6_000_000_000)]
    [TestCase(0x80 | 32, 0, 1_700_000_000ul << 32, 1_700_000_000_000_000_000)]
    public void Ticks_become_nanoseconds(int resolution, long offsetSeconds, ulong ticks, long expected) =>
        Assert.That(new PcapngClock((byte)resolution, offsetSeconds).ToUnixNanoseconds(ticks), Is.EqualTo(expected));

    [TestCase(6, 0, ulong.MaxValue, long.MaxValue)]
    [TestCase(0, 0, 1ul << 40, long.MaxValue)]
    [TestCase(9, long.MaxValue, 0ul, long.MaxValue)]
    [TestCase(9, long.MinValue, 0ul, long.MinValue)]
    [TestCase(9, int.MaxValue, (ulong)long.MaxValue, long.MaxValue)]
    public void Time_out_of_range_becomes_its_end(int resolution, long offsetSeconds, ulong ticks, long expected) =>
        Assert.That(new PcapngClock((byte)resolution, offsetSeconds).ToUnixNanoseconds(ticks), Is.EqualTo(expected));
}
