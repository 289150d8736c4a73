using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Packets;

public sealed class TunnelTests
{
    internal static IEnumerable<(string Name, byte[] Ip)> EveryTunnel(byte[] ip)
    {
        var v6 = (ip[0] >> 4) == 6;
        byte[] type = v6 ? [0x86, 0xDD] : [0x08, 0x00];
        var frame = Frames.Ethernet(ip);
        yield return ("IP in IPv4", Frames.IPv4(v6 ? (byte)41 : (byte)4, ip));
        yield return ("IP in IPv6", Frames.IPv6(v6 ? (byte)41 : (byte)4, ip));
        yield return ("GRE", Frames.IPv4(47, [0, 0, .. type, .. ip]));
        yield return ("GRE with all options", Frames.IPv6(47, [0xB0, 0, .. type, .. new byte[12], .. ip]));
        yield return ("GRE with Ethernet", Frames.IPv4(47, [0x20, 0, 0x65, 0x58, 0, 0, 0, 9, .. frame]));
        yield return ("ERSPAN I", Frames.IPv4(47, [0, 0, 0x88, 0xBE, .. frame]));
        yield return ("ERSPAN II", Frames.IPv4(47, [0x10, 0, 0x88, 0xBE, 0, 0, 0, 5, 0x10, 1, 0, 7, 0, 0, 0, 0, .. frame]));
        yield return ("ERSPAN III", Frames.IPv4(47, [0x10, 0, 0x22, 0xEB, 0, 0, 0, 5, 0x20, 1, 0, 7, .. new byte[8], .. frame]));
        yield return ("ERSPAN III with subheader", Frames.IPv4(47, [0x10, 0, 0x22, 0xEB, 0, 0, 0, 5, 0x20, 1, 0, 7, .. new byte[7], 1, .. new byte[8], .. frame]));
        yield return ("VXLAN", Frames.Udp([8, 0, 0, 0, 0, 0, 42, 0, .. frame], destinationPort: 4789));
        yield return ("authentication header in IPv4", Frames.IPv4(51, [(byte)(v6 ? 41 : 4), 1, .. new byte[10], .. ip]));
    }

    [Test]
    public void Every_tunnel_leads_to_the_same_datagram([Values] bool v6)
    {
        var payload = Frames.Bytes(40);
        foreach (var (name, ip) in EveryTunnel(Frames.Udp(payload, v6)))
        {
            var parsed = new ParserProbe().Parse(ip);
            Assert.That(parsed.Kind, Is.EqualTo(PacketKind.Udp), name);
            Assert.That(parsed.Payload, Is.EqualTo(payload), name);
            Assert.That(parsed.Destination.ToString(), Is.EqualTo(v6 ? "[fd00::21]:5064" : "10.44.0.21:5064"), name);
        }
    }

    [Test]
    public void Tunnels_are_read_four_deep()
    {
        var ip = Frames.Udp(Frames.Bytes(8));
        for (var depth = 1; depth <= 5; depth++)
        {
            ip = Frames.IPv4(4, ip);
            Assert.That(new ParserProbe().Parse(ip).Kind, Is.EqualTo(depth <= 4 ? PacketKind.Udp : PacketKind.Other), $"depth {depth}");
        }
    }

    [Test]
    public void Mirror_that_cut_its_frame_leaves_a_cut_datagram()
    {
        var payload = Frames.Bytes(40);
        var mirrored = Frames.Ethernet(Frames.Udp(payload))[..^15];
        var probe = new ParserProbe();

        var parsed = probe.Parse(Frames.IPv4(47, [0x10, 0, 0x88, 0xBE, 0, 0, 0, 5, 0x10, 1, 0x04, 7, 0, 0, 0, 0, .. mirrored]));

        Assert.That(parsed.Kind, Is.EqualTo(PacketKind.Udp));
        Assert.That(parsed.Payload, Is.EqualTo(payload[..^15]));
        Assert.That(parsed.PayloadLength, Is.EqualTo(payload.Length));
        Assert.That(probe.Count(AnomalyKind.FrameCut), Is.EqualTo(1));
    }

    [Test]
    public void Port_of_VXLAN_without_its_header_is_a_datagram()
    {
        var payload = Frames.Bytes(60);
        Assert.That(new ParserProbe().Parse(Frames.Udp(payload, destinationPort: 4789)).Payload, Is.EqualTo(payload));
    }

    [Test]
    public void Extension_headers_are_passed_over()
    {
        var udp = Frames.PayloadOf(Frames.Udp(Frames.Bytes(40), v6: true));
        byte[] chain =
        [
            43, 0, 1, 4, 0, 0, 0, 0, // hop-by-hop
            60, 1, .. new byte[14], // routing
            51, 0, 1, 4, 0, 0, 0, 0, // destination options
            44, 2, .. new byte[14], // authentication
            17, 0, 0, 0, 0, 0, 0x12, 0x34, // a fragment header on a whole datagram (RFC 6946)
            .. udp,
        ];

        var parsed = new ParserProbe().Parse(Frames.IPv6(0, chain));

        Assert.That(parsed.Kind, Is.EqualTo(PacketKind.Udp));
        Assert.That(parsed.Payload, Is.EqualTo(Frames.Bytes(40)));
        Assert.That(parsed.IpId, Is.EqualTo(0x1234));
    }

    [Test]
    public void Extension_header_beyond_the_packet_is_malformed() =>
        Assert.That(new ParserProbe().Parse(Frames.IPv6(0, [17, 9, .. new byte[30]])).Kind, Is.EqualTo(PacketKind.Malformed));

    [TestCase((byte)1)]
    [TestCase((byte)59)]
    [TestCase((byte)132)]
    public void Other_protocols_are_other(byte protocol)
    {
        Assert.That(new ParserProbe().Parse(Frames.IPv4(protocol, Frames.Bytes(40))).Kind, Is.EqualTo(PacketKind.Other));
        Assert.That(new ParserProbe().Parse(Frames.IPv6(protocol, Frames.Bytes(40))).Kind, Is.EqualTo(PacketKind.Other));
    }
}
