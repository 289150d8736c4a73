using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Tests.Capture;

public sealed class PcapReadingTests
{
    private const long Time = 1_700_000_000_123_456_789;

    [Test]
    public void Frames_read_as_they_were_written([Values] bool hasNanoseconds, [Values] bool isBigEndian, [Values(0, 1024)] int window)
    {
        var bytes = CaptureSamples.Pcap([Time, Time + 1000], new PcapWriterOptions { HasNanoseconds = hasNanoseconds, IsBigEndian = isBigEndian });

        var read = CaptureSamples.ReadAll(bytes, new CaptureReaderOptions { ReorderWindow = window });

        var time = hasNanoseconds ? Time : Time - 789;
        Assert.That(read.Frames, Is.EqualTo(new ReadFrame[]
        {
            new(1, time, LinkType.Ethernet, "0101", 1001, 0),
            new(2, time + 1000, LinkType.Ethernet, "020202", 1002, 0),
        }));
        Assert.That(read.Problems, Is.Empty);
        Assert.That(read.File.Format, Is.EqualTo(hasNanoseconds ? "pcap (nanoseconds)" : "pcap"));
        Assert.That(read.File.LastTime?.UnixNanoseconds, Is.EqualTo(time + 1000));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Kuznetzov_records_have_eight_more_header_bytes(bool isBigEndian)
    {
        var bytes = CaptureSamples.Pcap([Time], new PcapWriterOptions { IsBigEndian = isBigEndian });
        byte[] magic = isBigEndian ? [0xA1, 0xB2, 0xCD, 0x34] : [0x34, 0xCD, 0xB2, 0xA1];
        byte[] modified = [.. magic, .. bytes[4..40], 0, 0, 0, 1, 8, 0, 4, 0, .. bytes[40..]];

        var read = CaptureSamples.ReadAll([.. modified, .. modified[24..]]);

        Assert.That(read.Frames.Select(frame => frame.Data), Is.EqualTo(new[] { "0101", "0101" }));
        Assert.That(read.Problems, Is.Empty);
    }

    [Test]
    public void Frame_check_sequence_bits_are_not_link_type()
    {
        var bytes = CaptureSamples.Pcap([Time], new PcapWriterOptions { LinkType = (LinkType)0x2400_0071 });

        Assert.That(CaptureSamples.ReadAll(bytes).Frames[0].LinkType, Is.EqualTo(LinkType.LinuxSll));
    }

    [Test]
    public void Frame_comes_before_the_next_is_there()
    {
        var bytes = CaptureSamples.Pcap([Time, Time + 1]);
        using var stream = new TrickleStream(bytes);
        using var reader = CaptureReader.Open(stream, "pipe", CaptureSamples.AtOnce);

        Assert.That(reader.TryRead(out _), Is.True);
        Assert.That(stream.Position, Is.EqualTo(24 + 16 + 2));
        Assert.That(reader.BytePosition, Is.EqualTo(24 + 16 + 2));
        Assert.That(reader.TotalBytes, Is.Null);
    }

    [Test]
    public void Bytes_one_at_a_time_read_the_same([Values(0, 4)] int window)
    {
        var bytes = CaptureSamples.Pcap(Enumerable.Range(0, 300).Select(number => Time + (number ^ 3)));
        var options = new CaptureReaderOptions { ReorderWindow = window, BufferBytes = 4096 };

        var trickled = CaptureSamples.ReadAll(new TrickleStream(bytes), options);

        Assert.That(trickled.Frames, Is.EqualTo(CaptureSamples.ReadAll(bytes, options).Frames));
        Assert.That(trickled.Frames, Has.Count.EqualTo(300));
    }

    [Test]
    public void Frame_larger_than_the_buffer_grows_it([Values(0, 16)] int window)
    {
        var stream = new MemoryStream();
        var data = Enumerable.Range(0, 200_000).Select(index => (byte)index).ToArray();
        using (var writer = new PcapWriter(stream, new PcapWriterOptions()))
        {
            for (var i = 0; i < 3; i++)
                writer.Write(new Packet(default, frame: 0, LinkType.Ethernet, data, data.Length));
        }

        var read = CaptureSamples.ReadAll(stream.ToArray(), new CaptureReaderOptions { ReorderWindow = window, BufferBytes = 4096 });

        Assert.That(read.Frames.Select(frame => frame.Data), Is.EqualTo(Enumerable.Repeat(Convert.ToHexString(data), 3)));
    }

    [Test]
    public void Progress_reaches_the_total()
    {
        using var reader = CaptureReader.Open(new MemoryStream(CaptureSamples.Pcap([Time])), "sample", new CaptureReaderOptions());
        while (reader.TryRead(out _))
        {
        }

        Assert.That((reader.BytePosition, reader.TotalBytes), Is.EqualTo((42L, (long?)42L)));
    }
}
