using System.Buffers.Binary;

namespace CaBridge.Analysis.Packets;

/// <summary>
/// RFC 791 3.1:
/// <code>
///  0               1               2               3
/// +-------+-------+---------------+-------------------------------+
/// |version| words | service       | total length                  |  0
/// | identification                |0|D|M| fragment offset / 8     |  4
/// | time to live  | protocol      | checksum                      |  8
/// | source address                                                | 12
/// | destination address                                           | 16
/// | options, to the length in 32-bit words                        | 20
/// </code>
/// The checksum is not looked at: network cards fill it in after the capture.
/// </summary>
internal static class IPv4Header
{
    private const int MinSize = 20;
    private const int TotalLengthOffset = 2;
    private const int IdOffset = 4;
    private const int FragmentOffset = 6;
    private const int ProtocolOffset = 9;
    private const int SourceOffset = 12;
    private const int DestinationOffset = 16;
    private const ushort MoreFragmentsBit = 0x2000;
    private const ushort FragmentOffsetMask = 0x1FFF;

    /// <summary>Moves <paramref name="bytes"/> to the packet's payload, which excludes what the link layer padded.</summary>
    public static Layer Read(ref FrameBytes bytes, out IpHeader ip)
    {
        var header = bytes.Captured;
        if (header.Length < MinSize)
        {
            ip = default;
            return bytes.WithoutHeader(MinSize);
        }

        var headerLength = (header[0] & 0x0F) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(header[TotalLengthOffset..]);
        if (totalLength == 0 && bytes.WireLength <= FrameBytes.MaxOffloadedLength)
        {
            totalLength = bytes.WireLength;
        }

        if (header[0] >> 4 != 4 || headerLength < MinSize || totalLength < headerLength || totalLength > bytes.WireLength)
        {
            ip = default;
            return Layer.Malformed;
        }

        var fragment = BinaryPrimitives.ReadUInt16BigEndian(header[FragmentOffset..]);
        ip = new IpHeader(
            Source: Endpoint.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(header[SourceOffset..]), 0).Address,
            Destination: Endpoint.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(header[DestinationOffset..]), 0).Address,
            Id: BinaryPrimitives.ReadUInt16BigEndian(header[IdOffset..]),
            Protocol: header[ProtocolOffset],
            FragmentOffset: (fragment & FragmentOffsetMask) * 8,
            MoreFragments: (fragment & MoreFragmentsBit) != 0,
            IsIPv6: false);
        bytes = bytes.Take(totalLength).After(headerLength);
        return (fragment & (MoreFragmentsBit | FragmentOffsetMask)) != 0 ? Layer.Fragment : ip.Next;
    }
}
