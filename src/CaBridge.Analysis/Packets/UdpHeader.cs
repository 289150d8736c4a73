using System.Buffers.Binary;

namespace CaBridge.Analysis.Packets;

/// <summary>
/// RFC 768:
/// <code>
///  0               1               2               3
/// +-------------------------------+-------------------------------+
/// | source port                   | destination port              |  0
/// | length with this header       | checksum                      |  4
/// </code>
/// </summary>
internal static class UdpHeader
{
    private const int Size = 8;
    private const int SourcePortOffset = 0;
    private const int DestinationPortOffset = 2;
    private const int LengthOffset = 4;

    /// <summary>Moves <paramref name="bytes"/> to the payload. Length 0, a jumbogram's (RFC 2675 4), is not accepted.</summary>
    /// <returns><see cref="Layer.Udp"/>, or why there is no datagram.</returns>
    public static Layer Read(scoped ref FrameBytes bytes, scoped in IpHeader ip, scoped in Packet packet, out UdpDatagram datagram)
    {
        var header = bytes.Captured;
        if (header.Length < Size)
        {
            datagram = default;
            return bytes.WithoutHeader(Size);
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(header[LengthOffset..]);
        if (length < Size || length > bytes.WireLength)
        {
            datagram = default;
            return Layer.Malformed;
        }

        bytes = bytes.Take(length).After(Size);
        datagram = new UdpDatagram
        {
            Time = packet.Time,
            Frame = packet.Frame,
            Source = new Endpoint(ip.Source, BinaryPrimitives.ReadUInt16BigEndian(header[SourcePortOffset..])),
            Destination = new Endpoint(ip.Destination, BinaryPrimitives.ReadUInt16BigEndian(header[DestinationPortOffset..])),
            Payload = bytes.Captured,
            PayloadLength = bytes.WireLength,
            IpId = (ushort)ip.Id,
        };
        return Layer.Udp;
    }
}
