using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Packets;

public sealed class DuplicateFilterTests
{
    private const long Millisecond = CaptureDuration.NanosecondsPerMillisecond;
    private static readonly CaptureTime Start = new(1_000 * Millisecond);

    [TestCase(0, PacketKind.Duplicate)]
    [TestCase(10 * Millisecond, PacketKind.Duplicate)]
    [TestCase((10 * Millisecond) + 1, PacketKind.Udp)]
    [TestCase(-10 * Millisecond, PacketKind.Duplicate)]
    [TestCase((-10 * Millisecond) - 1, PacketKind.Udp)]
    public void Same_datagram_within_10_ms_is_a_duplicate(long apartNanoseconds, PacketKind expected)
    {
        var probe = new ParserProbe();
        var ip = Frames.Udp(Frames.Bytes(40));

        Assert.That(probe.Parse(ip, time: Start).Kind, Is.EqualTo(PacketKind.Udp));
        Assert.That(probe.Parse(ip, time: Start + new CaptureDuration(apartNanoseconds)).Kind, Is.EqualTo(expected));
        Assert.That(probe.Count(AnomalyKind.DuplicateFrame), Is.EqualTo(expected == PacketKind.Duplicate ? 1 : 0));
    }

    [Test]
    public void Link_layer_TTL_and_checksums_may_differ()
    {
        var probe = new ParserProbe();
        var ip = Frames.Udp(Frames.Bytes(40));
        probe.Parse(ip, time: Start);
        ip[8]--;
        ip[10] ^= 0xFF;
        ip[26] ^= 0xFF;

        Assert.That(probe.Parse(Frames.Ethernet(ip, 0x8100, 0x0800), LinkType.Ethernet, time: Start).Kind, Is.EqualTo(PacketKind.Duplicate));
    }

    [TestCase(5, TestName = "Another_IP_id_is_another_datagram")]
    [TestCase(15, TestName = "Another_source_is_another_datagram")]
    [TestCase(19, TestName = "Another_destination_is_another_datagram")]
    [TestCase(21, TestName = "Another_source_port_is_another_datagram")]
    [TestCase(23, TestName = "Another_destination_port_is_another_datagram")]
    public void What_differs_is_another_datagram(int offset)
    {
        var probe = new ParserProbe();
        var ip = Frames.Udp(Frames.Bytes(40));
        probe.Parse(ip, time: Start);
        ip[offset] ^= 1;

        Assert.That(probe.Parse(ip, time: Start).Kind, Is.EqualTo(PacketKind.Udp));
    }

    [Test]
    public void Any_payload_bit_makes_another_datagram()
    {
        for (var length = 1; length < 80; length++)
        {
            var probe = new ParserProbe();
            var ip = Frames.Udp(new byte[length]);
            probe.Parse(ip, time: Start);
            for (var i = 28; i < ip.Length; i++)
            {
                ip[i] ^= 0x10;
                Assert.That(probe.Parse(ip, time: Start).Kind, Is.EqualTo(PacketKind.Udp), $"byte {i} of {length}");
                ip[i] ^= 0x10;
            }
        }
    }

    [Test]
    public void Payloads_of_zeros_differ_by_length()
    {
        var probe = new ParserProbe();
        for (var length = 0; length < 100; length++)
        {
            Assert.That(probe.Parse(Frames.Udp(new byte[length]), time: Start).Kind, Is.EqualTo(PacketKind.Udp));
        }
    }

    [Test]
    public void Duplicates_do_not_prolong_the_window()
    {
        var probe = new ParserProbe();
        var ip = Frames.Udp(Frames.Bytes(40));
        probe.Parse(ip, time: Start);

        Assert.That(probe.Parse(ip, time: Start + CaptureDuration.FromMilliseconds(6)).Kind, Is.EqualTo(PacketKind.Duplicate));
        Assert.That(probe.Parse(ip, time: Start + CaptureDuration.FromMilliseconds(12)).Kind, Is.EqualTo(PacketKind.Udp));
        Assert.That(probe.Parse(ip, time: Start + CaptureDuration.FromMilliseconds(18)).Kind, Is.EqualTo(PacketKind.Duplicate));
    }

    [Test]
    public void The_last_256_datagrams_are_remembered()
    {
        var probe = new ParserProbe();
        for (ushort id = 0; id < 257; id++)
        {
            probe.Parse(Frames.Udp([], id: id), time: Start);
        }

        Assert.That(probe.Parse(Frames.Udp([], id: 1), time: Start).Kind, Is.EqualTo(PacketKind.Duplicate));
        Assert.That(probe.Parse(Frames.Udp([], id: 0), time: Start).Kind, Is.EqualTo(PacketKind.Udp));
    }

    [Test]
    public void Segments_are_never_called_duplicates()
    {
        var probe = new ParserProbe();
        var ip = Frames.Tcp(Frames.Bytes(40));

        Assert.That(probe.Parse(ip, time: Start).Kind, Is.EqualTo(PacketKind.Tcp));
        Assert.That(probe.Parse(ip, time: Start).Kind, Is.EqualTo(PacketKind.Tcp));
    }
}
