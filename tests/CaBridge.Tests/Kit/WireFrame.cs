using System.Buffers.Binary;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Kit;

/// <summary>A frame that may be put on the wire now, later, twice or never.</summary>
/// <param name="Bytes">Ethernet, IPv4, then TCP or UDP; checksums are 0.</param>
internal sealed record WireFrame(byte[] Bytes)
{
    private const int IpOffset = 14;
    private const int TransportOffset = IpOffset + 20;
    private const int TcpHeaderLength = 20;
    private const int UdpHeaderLength = 8;

    public static WireFrame Tcp(
        Endpoint source, Endpoint destination, uint sequence, uint acknowledged, TcpFlags flags, ushort ipId, ReadOnlySpan<byte> payload, ushort window = 502)
    {
        var frame = Ip(source, destination, protocol: 6, ipId, TcpHeaderLength + payload.Length);
        var tcp = frame.AsSpan(TransportOffset);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], acknowledged);
        tcp[12] = TcpHeaderLength / 4 << 4;
        tcp[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], window);
        payload.CopyTo(tcp[TcpHeaderLength..]);
        return new WireFrame(frame);
    }

    public static WireFrame Udp(Endpoint source, Endpoint destination, ushort ipId, ReadOnlySpan<byte> payload)
    {
        var frame = Ip(source, destination, protocol: 17, ipId, UdpHeaderLength + payload.Length);
        var udp = frame.AsSpan(TransportOffset);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(UdpHeaderLength + payload.Length));
        payload.CopyTo(udp[UdpHeaderLength..]);
        return new WireFrame(frame);
    }

    private static byte[] Ip(Endpoint source, Endpoint destination, byte protocol, ushort ipId, int length)
    {
        var frame = new byte[TransportOffset + length];
        frame[12] = 8;
        var ip = frame.AsSpan(IpOffset);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(20 + length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], ipId);
        ip[8] = 64;
        ip[9] = protocol;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], (uint)source.Address);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], (uint)destination.Address);
        BinaryPrimitives.WriteUInt16BigEndian(ip[20..], source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(ip[22..], destination.Port);
        return frame;
    }
}
