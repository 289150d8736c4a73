using System.Buffers.Binary;

namespace CaBridge.Analysis.Packets;

/// <summary>
/// Headers of tunnels that overlay networks and remote SPAN ports use:
/// <code>
/// GRE (RFC 2784, 2890)   |C|R|K|S| 9 zero bits, version(3)| protocol(2) | then checksum(4) if C or R, key(4) if K, sequence(4) if S
/// ERSPAN I               GRE protocol 88BE without S: nothing more
/// ERSPAN II              GRE protocol 88BE with S: version, VLAN(2) | class(3 bits) encapsulation(2) T session(10) | index(4)
/// ERSPAN III             GRE protocol 22EB: the same four bytes | time(4) | group(2) … O(1 bit) | 8 bytes more if O
/// VXLAN (RFC 7348 5)     08 00 00 00 | network id(3) 00
/// </code>
/// T: the mirror cut the frame.
/// </summary>
internal static class TunnelHeader
{
    public const ushort VxlanPort = 4789;

    private const int GreSize = 4;
    private const int GreOptionSize = 4;
    private const int ErspanType2Size = 8;
    private const int ErspanType3Size = 12;
    private const int ErspanSubheaderSize = 8;
    private const int ErspanFlagsOffset = 2;
    private const byte ErspanCutBit = 0x04;
    private const int VxlanSize = 8;
    private const uint VxlanFlags = 0x08000000;

    private const ushort GreChecksumBit = 0x8000;
    private const ushort GreRoutingBit = 0x4000;
    private const ushort GreKeyBit = 0x2000;
    private const ushort GreSequenceBit = 0x1000;
    private const ushort GreVersionMask = 0x0007;

    /// <summary>Moves <paramref name="bytes"/> to what GRE carries; <see cref="Layer.Other"/> if that is neither IP nor Ethernet.</summary>
    public static Layer ReadGre(ref FrameBytes bytes)
    {
        var header = bytes.Captured;
        if (header.Length < GreSize)
        {
            return bytes.WithoutHeader(GreSize);
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(header);
        if ((flags & (GreRoutingBit | GreVersionMask)) != 0)
        {
            return Layer.Other;
        }

        var length = GreSize
            + ((flags & GreChecksumBit) != 0 ? GreOptionSize : 0)
            + ((flags & GreKeyBit) != 0 ? GreOptionSize : 0)
            + ((flags & GreSequenceBit) != 0 ? GreOptionSize : 0);
        if (length > bytes.WireLength)
        {
            return Layer.Malformed;
        }

        bytes = bytes.After(length);
        switch (BinaryPrimitives.ReadUInt16BigEndian(header[2..]))
        {
            case EtherType.IPv4:
                return Layer.IPv4;
            case EtherType.IPv6:
                return Layer.IPv6;
            case EtherType.TransparentEthernet:
            case EtherType.Erspan when (flags & GreSequenceBit) == 0:
                return Layer.Ethernet;
            case EtherType.Erspan:
                return ReadErspan(ref bytes, ErspanType2Size);
            case EtherType.ErspanType3:
                return ReadErspan(ref bytes, ErspanType3Size);
            default:
                return Layer.Other;
        }
    }

    /// <summary>
    /// Moves <paramref name="bytes"/> to the frame in VXLAN. A port number alone proves nothing, so every fixed bit is asked for; on failure nothing moves.
    /// </summary>
    public static bool TryReadVxlan(ref FrameBytes bytes)
    {
        var header = bytes.Captured;
        if (header.Length < VxlanSize || BinaryPrimitives.ReadUInt32BigEndian(header) != VxlanFlags || header[VxlanSize - 1] != 0)
        {
            return false;
        }

        bytes = bytes.After(VxlanSize);
        return true;
    }

    private static Layer ReadErspan(ref FrameBytes bytes, int length)
    {
        var header = bytes.Captured;
        if (header.Length < length)
        {
            return bytes.WithoutHeader(length);
        }

        if (length == ErspanType3Size && (header[ErspanType3Size - 1] & 1) != 0)
        {
            length += ErspanSubheaderSize;
            if (length > bytes.WireLength)
            {
                return Layer.Malformed;
            }
        }

        bytes = bytes.After(length);
        if ((header[ErspanFlagsOffset] & ErspanCutBit) != 0)
        {
            bytes = new FrameBytes(bytes.Captured, FrameBytes.UnknownWireLength);
        }

        return Layer.Ethernet;
    }
}
