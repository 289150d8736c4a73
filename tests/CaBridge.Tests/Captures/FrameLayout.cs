using System.Buffers.Binary;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Captures;

/// <summary>Where the headers of a recorded frame stand: untagged Ethernet or Linux cooked, IPv4 without regard to checksums.</summary>
internal static class FrameLayout
{
    public const ushort IPv6Type = 0x86DD;

    private const byte Tcp = 6;
    private const ushort IPv4Type = 0x0800;

    public static int LinkLength(LinkType linkType) => linkType switch
    {
        LinkType.Ethernet => 14,
        LinkType.LinuxSll => 16,
        LinkType.LinuxSll2 => 20,
        _ => throw new NotSupportedException($"link type {linkType}"),
    };

    /// <summary>Where the EtherType stands.</summary>
    public static int TypeOffset(LinkType linkType) => linkType == LinkType.LinuxSll2 ? 0 : LinkLength(linkType) - 2;

    public static bool IsIPv4(CapturedFrame frame) =>
        BinaryPrimitives.ReadUInt16BigEndian(frame.Data.AsSpan(TypeOffset(frame.LinkType))) == IPv4Type;

    /// <summary>The frame from its IPv4 header on.</summary>
    public static Span<byte> IPv4(CapturedFrame frame) => frame.Data.AsSpan(LinkLength(frame.LinkType));

    public static int IPv4HeaderLength(ReadOnlySpan<byte> ip) => (ip[0] & 0xF) * 4;

    /// <summary>Offset in units of 8 bytes, with the flags above it.</summary>
    public static ushort FragmentField(ReadOnlySpan<byte> ip) => BinaryPrimitives.ReadUInt16BigEndian(ip[6..]);

    public static bool IsTcp(CapturedFrame frame) => IsIPv4(frame) && IPv4(frame)[9] == Tcp;

    /// <summary>Of a TCP segment: whether the port that it came from is the higher one, as a client's is here.</summary>
    public static bool IsFromHigherPort(CapturedFrame frame)
    {
        var ip = IPv4(frame);
        var ports = ip[IPv4HeaderLength(ip)..];
        return BinaryPrimitives.ReadUInt16BigEndian(ports) > BinaryPrimitives.ReadUInt16BigEndian(ports[2..]);
    }

    /// <summary>What a frame has of a TCP stream; of no length if it has nothing.</summary>
    public static TcpBytes TcpBytes(CapturedFrame frame)
    {
        if (!IsTcp(frame))
            return default;

        var ip = IPv4(frame);
        var tcp = ip[IPv4HeaderLength(ip)..];
        var length = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]) - IPv4HeaderLength(ip) - ((tcp[12] >> 4) * 4);
        var direction = new UInt128(BinaryPrimitives.ReadUInt64BigEndian(ip[12..]), BinaryPrimitives.ReadUInt32BigEndian(tcp));
        return new TcpBytes(direction, BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]), length);
    }
}

/// <summary>A piece of one direction of a connection.</summary>
/// <param name="Direction">Source and destination.</param>
internal readonly record struct TcpBytes(UInt128 Direction, uint First, int Length)
{
    public bool Overlaps(TcpBytes other) =>
        unchecked((int)(other.First - First)) < Length && unchecked((int)(First - other.First)) < other.Length;
}
