using System.Net;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CsCheck;
using PacketDotNet;

namespace CaBridge.Tests.Packets;

public sealed class PacketParserTests
{
    private static readonly LinkType[] LinkTypes = [.. Enum.GetValues<LinkType>(), (LinkType)147];

    private static readonly Gen<(bool V6, byte[] Source, byte[] Destination, ushort SourcePort, ushort DestinationPort)> Ends =
        Gen.Select(Gen.Bool, Gen.Byte.Array[16], Gen.Byte.Array[16], Gen.UShort, Gen.UShort.Where(port => port != 4789));

    [Test]
    public void Segments_are_what_PacketDotNet_sees() => Gen.Select(
        Ends,
        Gen.Select(Gen.UInt, Gen.UInt, Gen.Byte, Gen.UShort, Gen.UShort),
        Gen.Byte.Array[0, 200],
        Gen.Select(Gen.Int[0, 10], Gen.Int[0, 10], Gen.Int[0, 3], Gen.Int[0, 20])).Sample((ends, header, payload, shape) =>
    {
        var (sequenceNumber, acknowledgmentNumber, flags, window, id) = header;
        var (ipOptionWords, tcpOptionWords, tags, padding) = shape;
        var tcp = new TcpPacket(ends.SourcePort, ends.DestinationPort)
        {
            SequenceNumber = sequenceNumber,
            AcknowledgmentNumber = acknowledgmentNumber,
            Flags = flags,
            WindowSize = window,
        }.Bytes;
        tcp[12] = (byte)((5 + tcpOptionWords) << 4);
        byte[] transport = [.. tcp, .. Enumerable.Repeat((byte)1, tcpOptionWords * 4), .. payload];
        var frame = Frame(ends.V6, 6, transport, ends.Source, ends.Destination, id, ipOptionWords, tags, padding);

        var packet = new CaBridge.Analysis.Packets.Packet(new CaptureTime(5), 3, LinkType.Ethernet, frame, frame.Length);
        var kind = new PacketParser(new AnalyzerOptions(), new AnomalyLog(), null).Parse(packet, out var segment, out _);

        var expected = PacketDotNet.Packet.ParsePacket(LinkLayers.Ethernet, frame).Extract<TcpPacket>();
        var ip = (IPPacket)expected.ParentPacket;
        Assert.That(kind, Is.EqualTo(PacketKind.Tcp));
        Assert.That(segment.Time, Is.EqualTo(new CaptureTime(5)));
        Assert.That(segment.Frame, Is.EqualTo(3));
        Assert.That(segment.Source, Is.EqualTo(EndpointOf(ip.SourceAddress, expected.SourcePort)));
        Assert.That(segment.Destination, Is.EqualTo(EndpointOf(ip.DestinationAddress, expected.DestinationPort)));
        Assert.That(segment.SequenceNumber, Is.EqualTo(expected.SequenceNumber));
        Assert.That(segment.AcknowledgmentNumber, Is.EqualTo(expected.AcknowledgmentNumber));
        Assert.That((int)segment.Flags, Is.EqualTo(expected.Flags & 0x3F));
        Assert.That(segment.Window, Is.EqualTo(expected.WindowSize));
        Assert.That(segment.IpId, Is.EqualTo(ends.V6 ? 0 : id));
        Assert.That(segment.PayloadLength, Is.EqualTo(payload.Length));
        Assert.That(segment.Payload.ToArray(), Is.EqualTo(payload));
        Assert.That(expected.PayloadData ?? [], Is.EqualTo(payload));
    }, iter: 1000);

    [Test]
    public void Datagrams_are_what_PacketDotNet_sees() => Gen.Select(
        Ends, Gen.UShort, Gen.Byte.Array[0, 200], Gen.Select(Gen.Int[0, 10], Gen.Int[0, 3], Gen.Int[0, 20])).Sample((ends, id, payload, shape) =>
    {
        var (ipOptionWords, tags, padding) = shape;
        var udp = new UdpPacket(ends.SourcePort, ends.DestinationPort) { PayloadData = payload }.Bytes;
        var frame = Frame(ends.V6, 17, udp, ends.Source, ends.Destination, id, ipOptionWords, tags, padding);

        var datagram = new ParserProbe().Parse(frame, LinkType.Ethernet);

        var expected = PacketDotNet.Packet.ParsePacket(LinkLayers.Ethernet, frame).Extract<UdpPacket>();
        var ip = (IPPacket)expected.ParentPacket;
        Assert.That(datagram.Kind, Is.EqualTo(PacketKind.Udp));
        Assert.That(datagram.Source, Is.EqualTo(EndpointOf(ip.SourceAddress, expected.SourcePort)));
        Assert.That(datagram.Destination, Is.EqualTo(EndpointOf(ip.DestinationAddress, expected.DestinationPort)));
        Assert.That(datagram.IpId, Is.EqualTo(ends.V6 ? 0 : id));
        Assert.That(datagram.PayloadLength, Is.EqualTo(payload.Length));
        Assert.That(datagram.Payload, Is.EqualTo(payload));
        // at some ports PacketDotNet reads on, and has another packet instead of bytes
        Assert.That(expected.PayloadPacket is null ? expected.PayloadData ?? [] : payload, Is.EqualTo(payload));
    }, iter: 1000);

    [Test]
    public void Frame_cut_at_any_byte_is_short_but_never_invented([Values] bool tcp, [Values] bool v6)
    {
        var payload = Frames.Bytes(48);
        var ip = tcp ? Frames.Tcp(payload, v6) : Frames.Udp(payload, v6);
        foreach (var (name, linkType, frame) in Frames.EveryLink(ip))
        {
            for (var kept = 0; kept < frame.Length; kept++)
            {
                var probe = new ParserProbe();
                var parsed = probe.Parse(frame[..kept], linkType, frame.Length);
                var hasHeaders = kept >= frame.Length - payload.Length;
                var expectedKind = !hasHeaders ? PacketKind.Other : tcp ? PacketKind.Tcp : PacketKind.Udp;
                Assert.That(parsed.Kind, Is.EqualTo(expectedKind), $"{name}, {kept} bytes");
                Assert.That(parsed.PayloadLength, Is.EqualTo(hasHeaders ? payload.Length : 0));
                Assert.That(parsed.Payload, Is.EqualTo(hasHeaders ? payload[..(kept - (frame.Length - payload.Length))] : []));
                Assert.That(probe.Count(AnomalyKind.FrameCut), Is.EqualTo(1));
                Assert.That(probe.Count(AnomalyKind.FrameMalformed), Is.Zero);
            }
        }
    }

    [Test]
    public void Frame_that_ends_at_any_byte_of_its_own_is_malformed([Values] bool tcp, [Values] bool v6)
    {
        var ip = tcp ? Frames.Tcp(Frames.Bytes(48), v6) : Frames.Udp(Frames.Bytes(48), v6);
        foreach (var (name, linkType, frame) in Frames.EveryLink(ip))
        {
            for (var length = 0; length < frame.Length; length++)
            {
                var probe = new ParserProbe();
                Assert.That(probe.Parse(frame[..length], linkType).Kind, Is.EqualTo(PacketKind.Malformed), $"{name}, {length} bytes");
                Assert.That(probe.Count(AnomalyKind.FrameMalformed), Is.EqualTo(1));
                Assert.That(probe.Count(AnomalyKind.FrameCut), Is.Zero);
            }
        }
    }

    [Test]
    public void Segment_whose_options_were_cut_keeps_its_numbers_and_length()
    {
        var ip = Frames.Tcp(Frames.Bytes(100), sequenceNumber: 77);
        ip[32] = 10 << 4;

        var packet = new CaBridge.Analysis.Packets.Packet(default, 1, LinkType.Raw, ip.AsSpan(0, 45), ip.Length);
        var kind = new PacketParser(new AnalyzerOptions(), new AnomalyLog(), null).Parse(packet, out var segment, out _);

        Assert.That(kind, Is.EqualTo(PacketKind.Tcp));
        Assert.That(segment.SequenceNumber, Is.EqualTo(77));
        Assert.That(segment.PayloadLength, Is.EqualTo(80));
        Assert.That(segment.Payload.Length, Is.Zero);
    }

    [TestCase(0, 0x65, TestName = "IPv4_with_version_6_is_malformed")]
    [TestCase(0, 0x44, TestName = "IPv4_header_below_five_words_is_malformed")]
    [TestCase(3, 19, TestName = "IPv4_length_below_its_header_is_malformed")]
    [TestCase(3, 77, TestName = "IPv4_length_beyond_the_frame_is_malformed")]
    [TestCase(32, 0x40, TestName = "TCP_header_below_five_words_is_malformed")]
    [TestCase(32, 0xF0, TestName = "TCP_header_beyond_the_packet_is_malformed")]
    public void Contradiction_is_malformed(int offset, int value)
    {
        var ip = Frames.Tcp(Frames.Bytes(36));
        ip[offset] = (byte)value;

        var probe = new ParserProbe();
        Assert.That(probe.Parse(ip, LinkType.IPv4).Kind, Is.EqualTo(PacketKind.Malformed));
        Assert.That(probe.Count(AnomalyKind.FrameMalformed), Is.EqualTo(1));
    }

    [TestCase(0, PacketKind.Malformed)]
    [TestCase(7, PacketKind.Malformed)]
    [TestCase(8, PacketKind.Udp)]
    [TestCase(20, PacketKind.Udp)]
    [TestCase(28, PacketKind.Udp)]
    [TestCase(29, PacketKind.Malformed)]
    public void Length_of_a_datagram_lies_between_its_header_and_the_packet(int length, PacketKind expected)
    {
        var ip = Frames.Udp(Frames.Bytes(20));
        ip[25] = (byte)length;

        var parsed = new ParserProbe().Parse(ip);

        Assert.That(parsed.Kind, Is.EqualTo(expected));
        Assert.That(parsed.PayloadLength, Is.EqualTo(expected == PacketKind.Udp ? length - 8 : 0));
        Assert.That(parsed.Payload, Is.EqualTo(Frames.Bytes(20)[..parsed.PayloadLength]));
    }

    [Test]
    public void Length_0_takes_what_is_there([Values] bool v6)
    {
        var payload = Frames.Bytes(60_000);
        var ip = Frames.Tcp(payload, v6);
        (ip[v6 ? 4 : 2], ip[v6 ? 5 : 3]) = (0, 0);

        var whole = new ParserProbe().Parse(ip);
        var cut = new ParserProbe().Parse(ip[..100], originalLength: ip.Length);

        Assert.That(whole.Payload, Is.EqualTo(payload));
        Assert.That(whole.PayloadLength, Is.EqualTo(payload.Length));
        Assert.That(cut.Payload, Is.EqualTo(payload[..(v6 ? 40 : 60)]));
        Assert.That(cut.PayloadLength, Is.EqualTo(payload.Length));
    }

    [Test]
    public void Random_bytes_never_throw() => Gen.Select(Gen.Byte.Array[0, 120], Gen.Int[0, 200]).Sample((bytes, originalLength) =>
    {
        foreach (var linkType in LinkTypes)
        {
            var parsed = new ParserProbe().Parse(bytes, linkType, originalLength);
            Assert.That(parsed.Payload.Length, Is.LessThanOrEqualTo(parsed.PayloadLength));
        }
    }, iter: 1000);

    [Test]
    public void Damaged_frames_never_throw()
    {
        (string Name, LinkType LinkType, byte[] Frame)[] whole =
        [
            .. Frames.EveryLink(Frames.Tcp(Frames.Bytes(40))),
            .. Frames.EveryLink(Frames.Udp(Frames.Bytes(40), v6: true)),
            .. Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(Frames.Bytes(90))), 32).Select(ip => ("", LinkType.Raw, ip)),
            .. Frames.Fragments(6, Frames.PayloadOf(Frames.Tcp(Frames.Bytes(90), v6: true)), 32, v6: true).Select(ip => ("", LinkType.Raw, ip)),
            .. TunnelTests.EveryTunnel(Frames.Udp(Frames.Bytes(40))).Select(tunnel => (tunnel.Name, LinkType.Raw, tunnel.Ip)),
        ];
        var probe = new ParserProbe();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Select(Gen.Int[0, 200], Gen.Byte).Array[1, 4], Gen.Int[0, 200]).Sample(
            (chosen, damage, length) =>
            {
                var (_, linkType, frame) = whole[chosen];
                var damaged = frame.AsSpan(0, Math.Min(length, frame.Length)).ToArray();
                foreach (var (offset, value) in damage)
                {
                    if (damaged.Length > 0)
                        damaged[offset % damaged.Length] = value;
                }

                var parsed = probe.Parse(damaged, linkType, frame.Length);
                Assert.That(parsed.Payload.Length, Is.LessThanOrEqualTo(parsed.PayloadLength));
            },
            iter: 20_000,
            threads: 1);
    }

    private static Endpoint EndpointOf(IPAddress address, ushort port) => Endpoint.FromIPv6(address.MapToIPv6().GetAddressBytes(), port);

    private static byte[] Frame(
        bool v6, byte protocol, byte[] transport, byte[] source, byte[] destination, ushort id, int ipOptionWords, int tags, int padding)
    {
        var ip = v6 ? Frames.IPv6(protocol, transport) : Frames.IPv4(protocol, transport, id, options: [.. Enumerable.Repeat((byte)1, ipOptionWords * 4)]);
        source.AsSpan(0, v6 ? 16 : 4).CopyTo(ip.AsSpan(v6 ? 8 : 12));
        destination.AsSpan(0, v6 ? 16 : 4).CopyTo(ip.AsSpan(v6 ? 24 : 16));
        ushort[] types = [.. Enumerable.Repeat((ushort)0x8100, tags), (ushort)(v6 ? 0x86DD : 0x0800)];
        return [.. Frames.Ethernet(ip, types), .. new byte[padding]];
    }
}
