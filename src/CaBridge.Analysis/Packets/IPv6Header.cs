using System.Buffers.Binary;

namespace CaBridge.Analysis.Packets;

/// <summary>
/// RFC 8200 3:
/// <code>
///  0               1               2               3
/// +-------+---------------+---------------------------------------+
/// |version| class         | flow label                            |  0
/// | payload length                | next header   | hop limit     |  4
/// | source address                                                |  8
/// | destination address                                           | 24
/// </code>
/// and what extension headers share (RFC 8200 4, RFC 4302 2.2 for the authentication header's length in words less 2):
/// <code>
/// +---------------+---------------+
/// | next header   | 8 bytes less 1| …
/// +---------------+---------------+
/// fragment header:
/// | next header   | reserved      | fragment offset / 8     |0 0|M|  0
/// | identification                                                |  4
/// </code>
/// </summary>
internal static class IPv6Header
{
    private const int Size = 40;
    private const int PayloadLengthOffset = 4;
    private const int NextHeaderOffset = 6;
    private const int SourceOffset = 8;
    private const int DestinationOffset = 24;
    private const int MinExtensionSize = 8;
    private const int FragmentOffset = 2;
    private const int FragmentIdOffset = 4;
    private const ushort MoreFragmentsBit = 1;
    private const ushort FragmentOffsetMask = 0xFFF8;

    /// <summary>Moves <paramref name="bytes"/> to what follows the fixed header, without what the link layer padded.</summary>
    public static Layer Read(ref FrameBytes bytes, out IpHeader ip)
    {
        ip = default;
        var header = bytes.Captured;
        if (header.Length < Size)
        {
            return bytes.WithoutHeader(Size);
        }

        // 0 stands for a jumbogram (RFC 2675) or for a sender that leaves segmentation to its network card
        int payloadLength = BinaryPrimitives.ReadUInt16BigEndian(header[PayloadLengthOffset..]);
        if (payloadLength == 0 && bytes.WireLength <= FrameBytes.MaxOffloadedLength)
        {
            payloadLength = bytes.WireLength - Size;
        }

        if (header[0] >> 4 != 6 || Size + payloadLength > bytes.WireLength)
        {
            return Layer.Malformed;
        }

        ip = new IpHeader(
            Source: BinaryPrimitives.ReadUInt128BigEndian(header[SourceOffset..]),
            Destination: BinaryPrimitives.ReadUInt128BigEndian(header[DestinationOffset..]),
            Id: 0,
            Protocol: header[NextHeaderOffset],
            FragmentOffset: 0,
            MoreFragments: false,
            IsIPv6: true);
        bytes = bytes.Take(Size + payloadLength).After(Size);
        return ip.Next;
    }

    /// <summary>Moves <paramref name="bytes"/> past the one extension header that <paramref name="ip"/> names, and <paramref name="ip"/> to the next.</summary>
    public static Layer ReadExtension(ref FrameBytes bytes, ref IpHeader ip)
    {
        var header = bytes.Captured;
        if (header.Length < MinExtensionSize)
        {
            return bytes.WithoutHeader(MinExtensionSize);
        }

        var length = ip.Protocol switch
        {
            IpHeader.Authentication => (header[1] + 2) * 4,
            IpHeader.IPv6Fragment => MinExtensionSize,
            _ => (header[1] + 1) * 8,
        };
        if (length > bytes.WireLength)
        {
            return Layer.Malformed;
        }

        if (ip.Protocol == IpHeader.IPv6Fragment)
        {
            var fragment = BinaryPrimitives.ReadUInt16BigEndian(header[FragmentOffset..]);
            ip = ip with
            {
                Id = BinaryPrimitives.ReadUInt32BigEndian(header[FragmentIdOffset..]),
                FragmentOffset = fragment & FragmentOffsetMask,
                MoreFragments = (fragment & MoreFragmentsBit) != 0,
            };
        }

        ip = ip with { Protocol = header[0] };
        bytes = bytes.After(length);
        return ip.FragmentOffset > 0 || ip.MoreFragments ? Layer.Fragment : ip.Next;
    }
}
