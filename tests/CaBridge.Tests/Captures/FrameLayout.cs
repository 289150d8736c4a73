using System.Buffers.Binary;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Captures;

/// <summary>Where the headers of a recorded frame stand: untagged Ethernet or Linux cooked, IPv4 without regard to checksums.</summary>
internal static class FrameLayout
{
    public const byte Tcp = 6;
    public const ushort IPv4Type = 0x0800;
    public const ushort IPv6Type = 0x86DD;

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
}
