namespace CaBridge.Analysis.Packets;

/// <summary>
/// One UDP datagram. <see cref="Payload"/> is a view over the frame or over the parser's buffer, valid until the next
/// <see cref="PacketParser.Parse"/> or until the reader is asked for the next frame. <c>default</c> is no datagram.
/// </summary>
public readonly ref struct UdpDatagram
{
    /// <summary>That of the frame; of a datagram in IP fragments, that of the fragment that completed it.</summary>
    public CaptureTime Time { get; init; }

    /// <summary>From 1; chosen as <see cref="Time"/> is.</summary>
    public long Frame { get; init; }

    public Endpoint Source { get; init; }

    public Endpoint Destination { get; init; }

    /// <summary>The payload as far as it was captured, from its first byte without a hole.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Bytes of payload on the wire, as the UDP header has it: more than <see cref="Payload"/> holds where a snap length cut a frame.</summary>
    public int PayloadLength { get; init; }

    /// <summary>The IPv4 identification, or the low half of an IPv6 fragment's; 0 where IPv6 has none.</summary>
    public ushort IpId { get; init; }
}
