using System.Buffers.Binary;

namespace CaBridge.Analysis.Packets;

/// <summary>
/// RFC 9293 3.1:
/// <code>
///  0               1               2               3
/// +-------------------------------+-------------------------------+
/// | source port                   | destination port              |  0
/// | sequence number                                               |  4
/// | acknowledgment number                                         |  8
/// | words |       |C|E|U|A|P|R|S|F| window                        | 12
/// | checksum                      | urgent pointer                | 16
/// | options, to the length in 32-bit words                        | 20
/// </code>
/// </summary>
internal static class TcpHeader
{
    private const int MinSize = 20;
    private const int SourcePortOffset = 0;
    private const int DestinationPortOffset = 2;
    private const int SequenceNumberOffset = 4;
    private const int AcknowledgmentNumberOffset = 8;
    private const int DataOffset = 12;
    private const int FlagsOffset = 13;
    private const int WindowOffset = 14;
    private const int FlagsMask = 0x3F;

    /// <returns><see cref="Layer.Tcp"/>, or why there is no segment. A segment whose options were cut is one, without payload.</returns>
    public static Layer Read(FrameBytes bytes, scoped in IpHeader ip, scoped in Packet packet, out TcpSegment segment)
    {
        var header = bytes.Captured;
        if (header.Length < MinSize)
        {
            segment = default;
            return bytes.WithoutHeader(MinSize);
        }

        var headerLength = (header[DataOffset] >> 4) * 4;
        if (headerLength < MinSize || headerLength > bytes.WireLength)
        {
            segment = default;
            return Layer.Malformed;
        }

        var payload = bytes.After(headerLength);
        segment = new TcpSegment
        {
            Time = packet.Time,
            Frame = packet.Frame,
            Source = new Endpoint(ip.Source, BinaryPrimitives.ReadUInt16BigEndian(header[SourcePortOffset..])),
            Destination = new Endpoint(ip.Destination, BinaryPrimitives.ReadUInt16BigEndian(header[DestinationPortOffset..])),
            SequenceNumber = BinaryPrimitives.ReadUInt32BigEndian(header[SequenceNumberOffset..]),
            AcknowledgmentNumber = BinaryPrimitives.ReadUInt32BigEndian(header[AcknowledgmentNumberOffset..]),
            Flags = (TcpFlags)(header[FlagsOffset] & FlagsMask),
            Window = BinaryPrimitives.ReadUInt16BigEndian(header[WindowOffset..]),
            Payload = payload.Captured,
            PayloadLength = payload.WireLength,
            IpId = (ushort)ip.Id,
        };
        return Layer.Tcp;
    }
}
