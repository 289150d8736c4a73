using CaBridge.Analysis.Packets;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>How a connection was made: the first SYN, its repetitions, and what answered.</summary>
internal sealed class Handshake
{
    /// <summary>A SYN that comes sooner is the same one, recorded twice: the first retransmission waits for a second (RFC 6298 2.1).</summary>
    private static readonly CaptureDuration RetryAfter = CaptureDuration.FromMilliseconds(100);

    /// <summary>After the end, a SYN this much later with the same number is no repetition: its sender chose the number again.</summary>
    private static readonly CaptureDuration SameSynWindow = CaptureDuration.FromSeconds(10);

    public bool HasSyn { get; private set; }

    public CaptureTime SynAt { get; private set; }

    public long SynFrame { get; private set; }

    public int SynTries { get; private set; }

    public bool HasSynAck { get; private set; }

    /// <summary>When SYN/ACK, or RST instead of it, came first.</summary>
    public CaptureTime AnsweredAt { get; private set; }

    public long AnswerFrame { get; private set; }

    public bool Refused { get; private set; }

    /// <summary>Whether the connect operation has been told.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether it was told as timed out, and no answer has come since.</summary>
    public bool IsOverdue { get; set; }

    private CaptureTime LastTryAt { get; set; }

    private SideStart[] Sides { get; } = new SideStart[2];

    /// <summary>Whether the place of a side's first byte is known.</summary>
    public bool SawStartOf(int side) => Sides[side].IsKnown;

    /// <summary>Whether anything tells that a side has sent something.</summary>
    public bool HasHeard(int side) => Sides[side].IsSeen;

    public void Reset()
    {
        Sides[0] = Sides[1] = default;
        HasSyn = HasSynAck = Refused = IsTold = IsOverdue = false;
        SynTries = 0;
    }

    /// <summary>
    /// Whether a SYN or SYN/ACK begins another instance than the one known: its sequence number is not the one before this side's first byte. A
    /// SYN recorded after what it began agrees with it. Where nothing of the side was seen, <paramref name="isOver"/> decides.
    /// </summary>
    public bool IsAnotherInstance(int side, in TcpSegment syn, bool isOver) =>
        Sides[side].IsSeen ? Sides[side].First != syn.FirstByte || (isOver && HasSyn && syn.Time - LastTryAt > SameSynWindow) : isOver;

    /// <summary>Remembers where a side's bytes begin, as far as its first segment tells.</summary>
    public void NoteFirst(int side, uint sequence)
    {
        if (!Sides[side].IsSeen)
        {
            Sides[side] = new SideStart(IsSeen: true, IsKnown: false, sequence);
        }
    }

    /// <summary>A SYN, a SYN/ACK or what acknowledges it tells where a side's bytes begin.</summary>
    /// <returns>Whether that was news.</returns>
    public bool SetStart(int side, uint firstSequence)
    {
        if (Sides[side].IsSeen)
        {
            return false;
        }

        Sides[side] = new SideStart(IsSeen: true, IsKnown: true, firstSequence);
        return true;
    }

    public void TakeSyn(in TcpSegment segment)
    {
        if (!HasSyn || segment.Time - LastTryAt > RetryAfter)
        {
            SynTries++;
            LastTryAt = segment.Time;
        }

        if (!HasSyn)
        {
            HasSyn = true;
            SynAt = segment.Time;
            SynFrame = segment.Frame;
        }
    }

    public void TakeSynAck(in TcpSegment segment)
    {
        if (!HasSynAck)
        {
            HasSynAck = true;
            AnsweredAt = segment.Time;
            AnswerFrame = segment.Frame;
        }
    }

    public void TakeRefusal(in TcpSegment segment)
    {
        Refused = true;
        AnsweredAt = segment.Time;
        AnswerFrame = segment.Frame;
    }

    private readonly record struct SideStart(bool IsSeen, bool IsKnown, uint First);

    public void Keep(StateArchive archive)
    {
        (HasSyn, SynAt, SynFrame, SynTries) = (archive.Value(HasSyn), archive.Value(SynAt), archive.Value(SynFrame), archive.Value(SynTries));
        (HasSynAck, AnsweredAt, AnswerFrame) = (archive.Value(HasSynAck), archive.Value(AnsweredAt), archive.Value(AnswerFrame));
        (Refused, IsTold, IsOverdue) = (archive.Value(Refused), archive.Value(IsTold), archive.Value(IsOverdue));
        LastTryAt = archive.Value(LastTryAt);
        archive.Values<SideStart>(Sides);
    }
}
