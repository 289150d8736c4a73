namespace CaBridge.Analysis.Packets;

/// <summary>
/// One TCP segment. <see cref="Payload"/> is a view over the frame or over the parser's buffer, valid until the next
/// <see cref="PacketParser.Parse"/> or until the reader is asked for the next frame. <c>default</c> is no segment.
/// </summary>
public readonly ref struct TcpSegment
{
    /// <summary>That of the frame; of a segment in IP fragments, that of the fragment that completed it.</summary>
    public CaptureTime Time { get; init; }

    /// <summary>From 1; chosen as <see cref="Time"/> is.</summary>
    public long Frame { get; init; }

    public Endpoint Source { get; init; }

    public Endpoint Destination { get; init; }

    /// <summary>As it stands in the header: of the SYN if there is one, else of <see cref="FirstByte"/>.</summary>
    public uint SequenceNumber { get; init; }

    /// <summary>Of the first byte of the payload: a SYN, which may carry some (RFC 7413), takes the number before it.</summary>
    public uint FirstByte => SequenceNumber + ((Flags & TcpFlags.Syn) != TcpFlags.None ? 1u : 0u);

    /// <summary>Means something only with <see cref="TcpFlags.Ack"/>.</summary>
    public uint AcknowledgmentNumber { get; init; }

    public TcpFlags Flags { get; init; }

    /// <summary>As sent, in units that the handshake's window scale says.</summary>
    public ushort Window { get; init; }

    /// <summary>The payload as far as it was captured; link-layer padding is not in it.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Bytes of payload on the wire, as the IP header has it: more than <see cref="Payload"/> holds where a snap length cut the frame.</summary>
    public int PayloadLength { get; init; }

    /// <summary>The IPv4 identification, or the low half of an IPv6 fragment's; 0 where IPv6 has none. Two recordings of one frame agree in it.</summary>
    public ushort IpId { get; init; }
}
