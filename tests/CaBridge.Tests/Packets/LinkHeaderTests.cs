using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Packets;

public sealed class LinkHeaderTests
{
    [Test]
    public void Every_link_type_leads_to_the_same_datagram([Values] bool v6)
    {
        var payload = Frames.Bytes(40);
        foreach (var (name, linkType, frame) in Frames.EveryLink(Frames.Udp(payload, v6)))
        {
            var parsed = new ParserProbe().Parse(frame, linkType);
            Assert.That(parsed.Kind, Is.EqualTo(PacketKind.Udp), name);
            Assert.That(parsed.Payload, Is.EqualTo(payload), name);
            Assert.That(parsed.Destination.ToString(), Is.EqualTo(v6 ? "[fd00::21]:5064" : "10.44.0.21:5064"), name);
        }
    }

    [TestCase(0x0806, TestName = "ARP_is_not_asked_about")]
    [TestCase(0x88CC, TestName = "LLDP_is_not_asked_about")]
    [TestCase(0x0026, TestName = "Spanning_tree_is_not_asked_about")]
    [TestCase(0x05FF, TestName = "Undefined_EtherType_is_not_asked_about")]
    public void What_carries_no_IP_is_other(int etherType)
    {
        var asked = 0;
        var probe = new ParserProbe((LinkType _, ReadOnlySpan<byte> _, out ReadOnlySpan<byte> ip) =>
        {
            asked++;
            ip = default;
            return false;
        });

        Assert.That(probe.Parse(Frames.Ethernet([0x42, 0x42, 3, .. new byte[43]], (ushort)etherType), LinkType.Ethernet).Kind, Is.EqualTo(PacketKind.Other));
        Assert.That(asked, Is.Zero);
    }

    [Test]
    public void Other_encapsulations_are_asked_about_and_read_as_IP([Values] bool v6)
    {
        var payload = Frames.Bytes(40);
        byte[] session = [0x11, 0, 0, 1, 0, 0, 0, (byte)(v6 ? 0x57 : 0x21)];
        var frame = Frames.Ethernet([.. session, .. Frames.Udp(payload, v6)], 0x8100, 0x8864);
        var seen = new List<(LinkType, int)>();
        var probe = new ParserProbe((LinkType linkType, ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> ip) =>
        {
            seen.Add((linkType, whole.Length));
            ip = whole[26..];
            return true;
        });

        var parsed = probe.Parse(frame, LinkType.Ethernet);
        var cut = probe.Parse(frame[..^10], LinkType.Ethernet, frame.Length, new(1_000_000_000));

        Assert.That(parsed.Kind, Is.EqualTo(PacketKind.Udp));
        Assert.That(parsed.Payload, Is.EqualTo(payload));
        Assert.That(cut.Payload, Is.EqualTo(payload[..^10]));
        Assert.That(cut.PayloadLength, Is.EqualTo(payload.Length));
        Assert.That(seen, Is.EqualTo(new[] { (LinkType.Ethernet, frame.Length), (LinkType.Ethernet, frame.Length - 10) }));
    }

    [Test]
    public void Without_a_decapsulator_other_encapsulations_are_other()
    {
        Assert.That(new ParserProbe().Parse(Frames.Udp(Frames.Bytes(8)), (LinkType)105).Kind, Is.EqualTo(PacketKind.Other));
        Assert.That(new ParserProbe().Parse(Frames.Ethernet(new byte[60], 0x8864), LinkType.Ethernet).Kind, Is.EqualTo(PacketKind.Other));
    }

    [Test]
    public void What_a_decapsulator_finds_must_be_IP() =>
        Assert.That(
            new ParserProbe((LinkType _, ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> ip) =>
            {
                ip = frame;
                return true;
            }).Parse([0x50, 1, 2, 3], (LinkType)105).Kind,
            Is.EqualTo(PacketKind.Malformed));
}
