using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Tests.Capture;

public sealed class PcapngReadingTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void Every_packet_block_reads_in_either_byte_order(bool isBigEndian)
    {
        var bytes = new PcapngBlocks(isBigEndian).Section().Interface(linkType: 1, snapLength: 3)
            .Packet(interfaceIndex: 0, ticks: 1_700_000_000_000_001, [1, 2, 3], originalLength: 60)
            .SimplePacket([4, 5, 6], originalLength: 70)
            .ObsoletePacket(interfaceIndex: 0, drops: 7, ticks: 1_700_000_000_000_002, [8])
            .ToArray();

        var read = CaptureSamples.ReadAll(bytes);

        Assert.That(read.Frames, Is.EqualTo(new ReadFrame[]
        {
            new(1, 1_700_000_000_000_001_000, LinkType.Ethernet, "010203", 60, 0),
            new(2, 1_700_000_000_000_001_000, LinkType.Ethernet, "040506", 70, 0),
            new(3, 1_700_000_000_000_002_000, LinkType.Ethernet, "08", 1, 0),
        }));
        Assert.That(read.Messages, Is.EqualTo(new[] { "1 packet(s) have no time stamp (simple packet blocks) and take the time of the packet before." }));
        Assert.That(read.Problems[0].IsFatal, Is.False);
    }

    [Test]
    public void Section_brings_its_own_byte_order_and_interfaces()
    {
        var bytes = new PcapngBlocks().Section().Interface(linkType: 1).Interface(linkType: 113).Packet(1, ticks: 1, [1])
            .Section(isBigEndian: true).Interface(linkType: 276).Packet(0, ticks: 2, [2])
            .ToArray();

        var read = CaptureSamples.ReadAll(bytes);

        Assert.That(read.Frames, Is.EqualTo(new ReadFrame[]
        {
            new(1, 1000, LinkType.LinuxSll, "01", 1, 1),
            new(2, 2000, LinkType.LinuxSll2, "02", 1, 2),
        }));
        Assert.That(read.Problems, Is.Empty);
    }

    [Test]
    public void Interface_tells_name_description_and_clock()
    {
        var blocks = new PcapngBlocks().Section();
        blocks.Interface(
            linkType: 1,
            snapLength: 96,
            [
                .. blocks.Option(2, "eth0"u8.ToArray()), .. blocks.Option(3, "beam line"u8.ToArray()), .. blocks.Option(9, 9),
                .. blocks.Option(14, blocks.U64(100)), .. blocks.Option(0),
            ]);
        blocks.Packet(0, ticks: 7, [1]);

        using var reader = CaptureReader.Open(new MemoryStream(blocks.ToArray()), "sample", CaptureSamples.AtOnce);

        Assert.That(reader.TryRead(out var packet), Is.True);
        Assert.That(packet.Time.UnixNanoseconds, Is.EqualTo(100_000_000_007));
        Assert.That(reader.Interfaces, Is.EqualTo(new[] { new CaptureInterface("eth0", "beam line", LinkType.Ethernet, 96) }));
    }

    [Test]
    public void Unknown_blocks_are_passed_over()
    {
        var bytes = new PcapngBlocks().Section().Block(0x0BAD).Interface().Block(5, [1, 2, 3, 4]).Packet(0, 1, [1]).Block(4).ToArray();

        var read = CaptureSamples.ReadAll(bytes);

        Assert.That(read.Numbers, Is.EqualTo(new[] { 1 }));
        Assert.That(read.Problems, Is.Empty);
    }

    [Test]
    public void Packets_of_no_described_interface_are_one_problem()
    {
        var bytes = new PcapngBlocks().Section().Interface().Packet(9, 1, [1]).Packet(0, 2, [2]).Packet(1, 3, [3]).ToArray();

        var read = CaptureSamples.ReadAll(bytes);

        Assert.That(read.Numbers, Is.EqualTo(new[] { 2 }));
        Assert.That(read.Problems, Is.EqualTo(new[]
        {
            new CaptureProblem("sample", Frame: 1, ByteOffset: 48, "2 packet(s) name an interface that the file does not describe and were passed over.", IsFatal: true),
        }));
    }

    [Test]
    public void Unread_link_type_beside_another_is_not_fatal()
    {
        var bytes = new PcapngBlocks().Section().Interface(linkType: 147).Interface().Packet(0, 1, [1]).Packet(0, 2, [2]).Packet(1, 3, [3]).ToArray();

        var read = CaptureSamples.ReadAll(bytes);

        Assert.That(read.Numbers, Is.EqualTo(new[] { 3 }));
        Assert.That(read.Messages, Is.EqualTo(new[] { "2 packet(s) of interface without a name were passed over: its link type 147 cannot be read." }));
        Assert.That(read.Problems.Any(problem => problem.IsFatal), Is.False);
    }

    [Test]
    public void Unread_link_types_only_are_fatal()
    {
        var bytes = new PcapngBlocks().Section().Interface(linkType: 147).Packet(0, 1, [1]).ToArray();

        var read = CaptureSamples.ReadAll(bytes);

        Assert.That(read.Frames, Is.Empty);
        Assert.That(read.Problems.Single(problem => problem.IsFatal).Message, Is.EqualTo("No interface in the file has a link type that can be read."));
    }

    [Test]
    public void Bytes_one_at_a_time_read_the_same([Values(0, 2)] int window)
    {
        var blocks = new PcapngBlocks().Section().Interface();
        for (var number = 1; number <= 200; number++)
            blocks.Packet(0, (ulong)number ^ 1, CaptureSamples.Data(number));
        var options = new CaptureReaderOptions { ReorderWindow = window };

        var trickled = CaptureSamples.ReadAll(new TrickleStream(blocks.ToArray()), options);

        Assert.That(trickled.Frames, Is.EqualTo(CaptureSamples.ReadAll(blocks.ToArray(), options).Frames));
        Assert.That(trickled.Frames, Has.Count.EqualTo(200));
    }
}
