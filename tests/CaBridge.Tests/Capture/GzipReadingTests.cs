namespace CaBridge.Tests.Capture;

public sealed class GzipReadingTests
{
    private static readonly byte[] Plain = CaptureSamples.Pcap(Enumerable.Range(0, 3000).Select(number => 1_000_000L * number));

    [Test]
    public void Packed_reads_as_plain()
    {
        var read = CaptureSamples.ReadAll(CaptureSamples.Gzip(Plain));

        Assert.That(read.Frames, Is.EqualTo(CaptureSamples.ReadAll(Plain).Frames));
        Assert.That(read.File.Format, Is.EqualTo("pcap (nanoseconds), gzip"));
        Assert.That(read.Problems, Is.Empty);
    }

    [Test]
    public void Members_follow_each_other_also_through_a_pipe()
    {
        byte[] packed = [.. CaptureSamples.Gzip(Plain[..1000]), .. CaptureSamples.Gzip(Plain[1000..])];

        var read = CaptureSamples.ReadAll(new TrickleStream(packed));

        Assert.That(read.Frames, Is.EqualTo(CaptureSamples.ReadAll(Plain).Frames));
        Assert.That(read.Problems, Is.Empty);
    }

    [TestCase(1)]
    [TestCase(8)]
    [TestCase(9)]
    [TestCase(2000)]
    public void Cut_is_fatal_and_keeps_what_came_before(int missing)
    {
        var packed = CaptureSamples.Gzip(Plain);

        var read = CaptureSamples.ReadAll(packed[..^missing]);

        Assert.That(read.Messages, Is.EqualTo(new[]
        {
            $"The gzip data is cut or corrupt before its byte {packed.Length - missing}; what it held after that is lost.",
        }));
        Assert.That(read.Problems[0].IsFatal, Is.True);
        Assert.That(read.Frames, Is.Not.Empty.And.EqualTo(CaptureSamples.ReadAll(Plain).Frames.Take(read.Frames.Count)));
    }

    [Test]
    public void Wrong_checksum_is_fatal_and_costs_no_frame()
    {
        var packed = CaptureSamples.Gzip(Plain);
        packed[^8] ^= 1;

        var read = CaptureSamples.ReadAll(packed);

        Assert.That(read.Frames, Is.EqualTo(CaptureSamples.ReadAll(Plain).Frames));
        Assert.That(read.Messages.Single(), Is.EqualTo($"The gzip data is cut or corrupt before its byte {packed.Length}; what it held after that is lost."));
        Assert.That(read.Problems[0].IsFatal, Is.True);
    }
}
