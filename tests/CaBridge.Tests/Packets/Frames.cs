using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using CaBridge.Analysis.Packets;
using PacketDotNet;

namespace CaBridge.Tests.Packets;

/// <summary>Frames as byte arrays: IP, TCP and UDP by PacketDotNet, the headers that it cannot write by hand.</summary>
internal static class Frames
{
    public static readonly IPAddress Client = IPAddress.Parse("10.44.0.11");
    public static readonly IPAddress Server = IPAddress.Parse("10.44.0.21");
    public static readonly IPAddress ClientV6 = IPAddress.Parse("fd00::11");
    public static readonly IPAddress ServerV6 = IPAddress.Parse("fd00::21");

    public static byte[] Bytes(int count, int seed = 1) => [.. Enumerable.Range(0, count).Select(i => (byte)((i * 7) + seed + (i >> 8)))];

    public static byte[] Udp(byte[] payload, bool v6 = false, ushort id = 0x1234, ushort destinationPort = 5064) =>
        Ip(new UdpPacket(40_000, destinationPort) { PayloadData = payload }, v6 ? ClientV6 : Client, v6 ? ServerV6 : Server, id);

    public static byte[] Tcp(byte[] payload, bool v6 = false, uint sequenceNumber = 1000) => Ip(
        new TcpPacket(40_000, 5064) { SequenceNumber = sequenceNumber, Acknowledgment = true, PayloadData = payload },
        v6 ? ClientV6 : Client,
        v6 ? ServerV6 : Server,
        0x1234);

    public static byte[] Ip(PacketDotNet.Packet transport, IPAddress source, IPAddress destination, ushort id)
    {
        IPPacket ip = source.GetAddressBytes().Length == 4
            ? new IPv4Packet(source, destination) { Id = id }
            : new IPv6Packet(source, destination);
        ip.PayloadPacket = transport;
        return ip.Bytes;
    }

    public static byte[] Ethernet(byte[] ip) =>
        new EthernetPacket(PhysicalAddress.Parse("02-00-00-00-00-0B"), PhysicalAddress.Parse("02-00-00-00-00-15"), TypeOf(ip)) { PayloadData = ip }.Bytes;

    /// <summary>An Ethernet frame with any EtherType or length, or with VLAN tags if there are several.</summary>
    public static byte[] Ethernet(byte[] payload, params ushort[] types)
    {
        var frame = new List<byte>(new byte[12]);
        foreach (var (i, type) in types.Index())
        {
            frame.AddRange(i == 0 ? [] : [0x20, (byte)i]);
            frame.AddRange([(byte)(type >> 8), (byte)type]);
        }

        return [.. frame, .. payload];
    }

    public static byte[] IPv4(byte protocol, byte[] payload, ushort id = 7, int offset = 0, bool more = false, byte[]? options = null)
    {
        options ??= [];
        var ip = new byte[20 + options.Length];
        ip[0] = (byte)(0x40 | (ip.Length / 4));
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(ip.Length + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), id);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(6), (ushort)((more ? 0x2000 : 0) | (offset / 8)));
        ip[9] = protocol;
        Client.GetAddressBytes().CopyTo(ip, 12);
        Server.GetAddressBytes().CopyTo(ip, 16);
        options.CopyTo(ip, 20);
        return [.. ip, .. payload];
    }

    public static byte[] IPv6(byte nextHeader, byte[] payload)
    {
        var ip = new byte[40];
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), (ushort)payload.Length);
        ip[6] = nextHeader;
        ClientV6.GetAddressBytes().CopyTo(ip, 8);
        ServerV6.GetAddressBytes().CopyTo(ip, 24);
        return [.. ip, .. payload];
    }

    public static byte[] IPv6Fragment(byte protocol, byte[] payload, uint id, int offset, bool more)
    {
        var header = new byte[8];
        header[0] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(offset | (more ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), id);
        return IPv6(44, [.. header, .. payload]);
    }

    /// <summary>The fragments of an IP payload, in order, each of <paramref name="size"/> bytes (a multiple of 8) but the last.</summary>
    public static byte[][] Fragments(byte protocol, byte[] payload, int size, bool v6 = false, ushort id = 7) =>
    [
        .. payload.Chunk(size).Select((part, i) => v6
            ? IPv6Fragment(protocol, part, id, i * size, ((i + 1) * size) < payload.Length)
            : IPv4(protocol, part, id, i * size, ((i + 1) * size) < payload.Length)),
    ];

    /// <summary>What follows the fixed IP header.</summary>
    public static byte[] PayloadOf(byte[] ip) => ip[((ip[0] >> 4) == 4 ? 20 : 40)..];

    /// <summary>One packet under every link type that is read here.</summary>
    public static IEnumerable<(string Name, LinkType LinkType, byte[] Frame)> EveryLink(byte[] ip)
    {
        var v6 = (ip[0] >> 4) == 6;
        var type = (ushort)TypeOf(ip);
        byte[] typeBytes = [(byte)(type >> 8), (byte)type];
        yield return ("ethernet", LinkType.Ethernet, Ethernet(ip));
        yield return ("802.1Q", LinkType.Ethernet, Ethernet(ip, 0x8100, type));
        yield return ("802.1ad", LinkType.Ethernet, Ethernet(ip, 0x88A8, 0x8100, type));
        yield return ("QinQ 9100", LinkType.Ethernet, Ethernet(ip, 0x9100, 0x8100, type));
        yield return ("five tags", LinkType.Ethernet, Ethernet(ip, 0x88A8, 0x9200, 0x9100, 0x8100, 0x8100, type));
        yield return ("SNAP", LinkType.Ethernet, Ethernet([0xAA, 0xAA, 3, 0, 0, 0, .. typeBytes, .. ip], (ushort)(ip.Length + 8)));
        yield return ("SNAP in VLAN", LinkType.Ethernet, Ethernet([0xAA, 0xAA, 3, 0, 0, 0xF8, .. typeBytes, .. ip], 0x8100, (ushort)(ip.Length + 8)));
        yield return ("MPLS", LinkType.Ethernet, Ethernet([0, 1, 0, 64, 0, 2, 1, 64, .. ip], 0x8847));
        yield return ("SLL", LinkType.LinuxSll, [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, .. typeBytes, .. ip]);
        yield return ("SLL with VLAN", LinkType.LinuxSll, [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x81, 0, 0, 5, .. typeBytes, .. ip]);
        yield return ("SLL2", LinkType.LinuxSll2, [.. typeBytes, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, .. ip]);
        foreach (var family in v6 ? new byte[] { 10, 24, 28, 30 } : [2])
        {
            yield return ($"NULL little-endian {family}", LinkType.Null, [family, 0, 0, 0, .. ip]);
            yield return ($"NULL big-endian {family}", LinkType.Null, [0, 0, 0, family, .. ip]);
            yield return ($"LOOP {family}", LinkType.Loop, [0, 0, 0, family, .. ip]);
        }

        yield return ("raw 12", LinkType.RawDlt12, ip);
        yield return ("raw 14", LinkType.RawDlt14, ip);
        yield return ("raw 101", LinkType.Raw, ip);
        yield return v6 ? ("IPv6", LinkType.IPv6, ip) : ("IPv4", LinkType.IPv4, ip);
        if (!v6)
        {
            yield return ("LLC IP", LinkType.Ethernet, Ethernet([6, 6, 3, .. ip], (ushort)(ip.Length + 3)));
        }
    }

    private static EthernetType TypeOf(byte[] ip) => (ip[0] >> 4) == 4 ? EthernetType.IPv4 : EthernetType.IPv6;
}
