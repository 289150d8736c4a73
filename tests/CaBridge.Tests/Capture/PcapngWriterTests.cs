using System.Buffers.Binary;
using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CsCheck;

namespace CaBridge.Tests.Capture;

public sealed class PcapngWriterTests
{
    private static readonly CaptureInterface Eth0 = new("eth0", "control network", LinkType.Ethernet, 262_144);

    [Test]
    public void What_was_written_reads_back()
    {
        var frame = Gen.Select(Gen.Long[0, long.MaxValue], Gen.Byte.Array[0, 40], Gen.Int[0, 1], Gen.String);
        frame.Array[0, 50].Sample(
            frames =>
            {
                var stream = new MemoryStream();
                using (var writer = new PcapngWriter(stream, new PcapngWriterOptions()))
                {
                    writer.AddInterface(Eth0);
                    writer.AddInterface(new CaptureInterface(Name: null, Description: null, LinkType.Raw, SnapLengthBytes: 0));
                    foreach (var (time, data, index, comment) in frames)
                        writer.Write(new Packet(new CaptureTime(time), frame: 0, LinkType.Ethernet, data, data.Length + 1, index), comment);
                    writer.WriteStatistics(0, new InterfaceStatistics(new CaptureTime(1), Received: 10, Dropped: 1));
                }

                var read = CaptureSamples.ReadAll(stream.ToArray());

                Assert.That(read.Problems, Is.Empty);
                Assert.That(read.Frames, Is.EqualTo(frames.Select((written, place) => new ReadFrame(
                    place + 1,
                    written.Item1,
                    written.Item3 == 0 ? LinkType.Ethernet : LinkType.Raw,
                    Convert.ToHexString(written.Item2),
                    written.Item2.Length + 1,
                    written.Item3))));
            },
            iter: 100);
    }

    [Test]
    public void Interface_reads_back()
    {
        var stream = new MemoryStream();
        using (var writer = new PcapngWriter(stream, new PcapngWriterOptions()))
        {
            writer.AddInterface(Eth0);
            writer.Write(new Packet(default, frame: 0, LinkType.Ethernet, [1], originalLength: 1));
        }

        using var reader = CaptureReader.Open(new MemoryStream(stream.ToArray()), "sample", CaptureSamples.AtOnce);
        reader.TryRead(out _);

        Assert.That(reader.Interfaces, Is.EqualTo(new[] { Eth0 }));
    }

    [Test]
    public void Comment_and_statistics_are_laid_out_as_the_format_says()
    {
        var stream = new MemoryStream();
        using var writer = new PcapngWriter(stream, new PcapngWriterOptions { Application = null, FlushesEachBlock = true });
        writer.AddInterface(new CaptureInterface(Name: null, Description: null, LinkType.Ethernet, SnapLengthBytes: 0));
        var start = (int)stream.Length;
        writer.Write(new Packet(new CaptureTime(0x1_0000_0002), frame: 0, LinkType.Ethernet, [0xAA], originalLength: 60), "hé");
        writer.WriteStatistics(0, new InterfaceStatistics(new CaptureTime(3), Received: 4, Dropped: 5));

        Assert.That(Convert.ToHexString(stream.ToArray()[start..]), Is.EqualTo(
            "06000000" + "30000000" + "00000000" + "01000000" + "02000000" + "01000000" + "3C000000" + "AA000000" + "01000300" + "68C3A900" + "00000000" + "30000000"
            + "05000000" + "34000000" + "00000000" + "00000000" + "03000000" + "04000800" + "0400000000000000" + "05000800" + "0500000000000000" + "00000000" + "34000000"));
    }

    [Test]
    public void Long_comment_is_cut_between_characters()
    {
        var stream = new MemoryStream();
        using var writer = new PcapngWriter(stream, new PcapngWriterOptions { Application = null, FlushesEachBlock = true });
        writer.AddInterface(Eth0);
        var start = (int)stream.Length;
        writer.Write(new Packet(default, frame: 0, LinkType.Ethernet, [], originalLength: 0), new string('€', 5000));

        var option = stream.ToArray().AsSpan(start + 28);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(option[2..]);

        Assert.That(length, Is.EqualTo(4095));
        Assert.That(Encoding.UTF8.GetString(option.Slice(4, length)), Is.EqualTo(new string('€', 1365)));
    }

    [Test]
    public void Packet_of_no_added_interface_is_refused()
    {
        using var writer = new PcapngWriter(new MemoryStream(), new PcapngWriterOptions());

        Assert.That(() => writer.Write(new Packet(default, frame: 0, LinkType.Ethernet, [], originalLength: 0)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
