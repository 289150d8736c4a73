using CaBridge.Analysis.Packets;

namespace CaBridge.Analysis.Findings;

/// <summary>What is watched of one open circuit beyond its requests.</summary>
internal sealed class CircuitWatch
{
    /// <summary>Whether its server counts it among its open ones.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Segments with payload, and those of them that were sent again, of both sides.</summary>
    public long Segments { get; set; }

    public long Retransmissions { get; set; }

    public CaptureTime RetransmittedAt { get; set; }

    /// <summary>The first few.</summary>
    public List<long> RetransmissionFrames { get; } = [];

    /// <summary>The latest.</summary>
    public long RetransmissionFrame { get; set; }

    /// <summary>Segments of a side sent again since the other side was heard last.</summary>
    public int UnheardRetransmissions { get; set; }

    public int UnheardSide { get; set; }

    public CaptureTime UnheardSince { get; set; }

    /// <summary>Bits of the sides that were heard at all: where the sensor sees one only, the other's silence tells nothing.</summary>
    public int HeardSides { get; set; }

    /// <summary>By side, since when its receive window is closed; null while it is open.</summary>
    public CaptureTime?[] ClosedSince { get; } = new CaptureTime?[2];

    public long[] ClosedFrame { get; } = new long[2];

    /// <summary>When a window was closed last, and opened again.</summary>
    public CaptureTime WindowClosedAt { get; set; }

    public CaptureTime WindowOpenedAt { get; set; }

    /// <summary>When a round trip took far longer than the shortest.</summary>
    public CaptureTime JumpedAt { get; set; }

    /// <summary>Since EVENTS_OFF; null while events are on.</summary>
    public CaptureTime? EventsOffSince { get; set; }

    public long EventsOffFrame { get; set; }

    /// <summary>WRITE_NOTIFY without reply yet: their channel by ioid.</summary>
    public Dictionary<uint, uint> Puts { get; } = [];

    /// <summary>By sid, how many of <see cref="Puts"/> wait, and what waits behind the first.</summary>
    public Dictionary<uint, PutQueue> PutQueues { get; } = [];

    /// <summary>Queues with more than one put: what the client asks meanwhile waits, too.</summary>
    public int BlockedQueues { get; set; }

    public void Reset()
    {
        IsCounted = false;
        Segments = Retransmissions = 0;
        UnheardRetransmissions = HeardSides = 0;
        RetransmissionFrame = 0;
        RetransmissionFrames.Clear();
        RetransmittedAt = WindowClosedAt = WindowOpenedAt = JumpedAt = new CaptureTime(long.MinValue);
        ClosedSince[0] = ClosedSince[1] = EventsOffSince = null;
        Puts.Clear();
        PutQueues.Clear();
        BlockedQueues = 0;
    }

    public void NoteRetransmission(CaptureTime at, long frame)
    {
        Retransmissions++;
        (RetransmittedAt, RetransmissionFrame) = (at, frame);
        if (RetransmissionFrames.Count < FindingEntry.MaxFrames)
        {
            RetransmissionFrames.Add(frame);
        }
    }

    /// <summary>Whether the transport was disturbed between two times.</summary>
    public bool WasDisturbed(CaptureTime from, CaptureTime to) =>
        (RetransmittedAt >= from && RetransmittedAt <= to)
        || (JumpedAt >= from && JumpedAt <= to)
        || (WindowClosedAt <= to && (WindowOpenedAt >= from || WindowOpenedAt < WindowClosedAt) && WindowClosedAt.UnixNanoseconds != long.MinValue);

    public static bool IsOfHandshake(in TcpSegment segment) => (segment.Flags & (TcpFlags.Syn | TcpFlags.Rst)) != TcpFlags.None;
}

/// <summary>Puts with callback of one channel that wait.</summary>
internal struct PutQueue
{
    public int Waiting;

    /// <summary>Since a second one waits: the server takes nothing of this circuit until the first is done.</summary>
    public CaptureTime BlockedSince;

    /// <summary>What the client asked meanwhile.</summary>
    public long Behind;
}
