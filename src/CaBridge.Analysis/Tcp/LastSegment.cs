using CaBridge.Analysis.Packets;

namespace CaBridge.Analysis.Tcp;

/// <summary>What tells a frame recorded twice from a retransmission, and how far a side has acknowledged.</summary>
internal struct LastSegment
{
    private CaptureTime _time;
    private uint _sequence;
    private int _length;
    private ushort _ipId;
    private TcpFlags _flags;

    public SequenceNumber Acknowledged { get; private set; }

    public bool HasAcknowledged { get; private set; }

    /// <summary>When, and in which frame, <see cref="Acknowledged"/> came first.</summary>
    public CaptureTime AcknowledgedAt { get; private set; }

    public long AcknowledgedFrame { get; private set; }

    /// <summary>An IP id is used once in a while; IPv6 and some stacks have none, there only payload within a millisecond tells.</summary>
    public readonly bool IsSameFrame(in TcpSegment segment, CaptureDuration window) =>
        segment.Frame != 0
        && segment.SequenceNumber == _sequence
        && segment.PayloadLength == _length
        && segment.Flags == _flags
        && segment.IpId == _ipId
        && (!HasAcknowledged || segment.AcknowledgmentNumber == Acknowledged.Value)
        && (segment.IpId != 0
            ? segment.Time - _time <= window
            : segment.PayloadLength > 0 && segment.Time - _time <= CaptureDuration.FromMilliseconds(1));

    public void Remember(in TcpSegment segment)
    {
        _time = segment.Time;
        _sequence = segment.SequenceNumber;
        _length = segment.PayloadLength;
        _ipId = segment.IpId;
        _flags = segment.Flags;
        if ((segment.Flags & TcpFlags.Ack) != TcpFlags.None)
        {
            if (!HasAcknowledged || Acknowledged.Value != segment.AcknowledgmentNumber)
            {
                AcknowledgedAt = segment.Time;
                AcknowledgedFrame = segment.Frame;
            }

            HasAcknowledged = true;
            Acknowledged = new SequenceNumber(segment.AcknowledgmentNumber);
        }
    }
}
