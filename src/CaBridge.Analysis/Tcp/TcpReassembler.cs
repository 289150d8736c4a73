using CaBridge.Analysis.Packets;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Tcp;

/// <summary>
/// One direction of a connection: takes segments in any order and gives out each byte once, in order. Where segments overlap, the one that
/// begins earlier in the stream gives the bytes that both have; what was given out stays. Holes are the caller's to judge (<see cref="SkipHole"/>): only it sees what the peer acknowledged.
/// </summary>
internal sealed class TcpReassembler(HeldMemory memory)
{
    private readonly List<HeldSegment> _held = [];
    private HeldSegment? _lent;
    private bool _finSeen;
    private bool _ended;

    /// <summary>Whether the position in the stream is known.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>The next byte that is due.</summary>
    public SequenceNumber Next { get; private set; }

    public int HeldCount => _held.Count;

    /// <summary>As sent: what a snap length cut away counts, too.</summary>
    public int HeldBytes { get; private set; }

    /// <summary>When the oldest byte behind the present hole was captured; meaningless while nothing is held.</summary>
    public CaptureTime HeldSince => _held[0].Time;

    public long HeldFrame => _held[0].Frame;

    /// <summary>The frame of the held segment that was given out last.</summary>
    public long TakenFrame { get; private set; }

    /// <summary>Where the first held byte stands; meaningless while nothing is held.</summary>
    public SequenceNumber HeldFrom => _held[0].Sequence;

    /// <summary>Bytes between <see cref="Next"/> and the sender's FIN; 0 also where no FIN is known.</summary>
    public int MissingBeforeFin => _finSeen ? Fin - Next : 0;

    /// <summary>Where the FIN that was seen stands, and when it came first; meaningless before.</summary>
    public SequenceNumber Fin { get; private set; }

    public CaptureTime FinAt { get; private set; }

    public long FinFrame { get; private set; }

    public void Start(SequenceNumber first)
    {
        IsStarted = true;
        Next = first;
    }

    public void Reset()
    {
        GiveBack();
        foreach (var segment in _held)
        {
            memory.Remove(segment);
            segment.Release();
        }

        _held.Clear();
        HeldBytes = 0;
        IsStarted = false;
        _finSeen = _ended = false;
    }

    /// <summary>Takes a segment's payload if it is due.</summary>
    /// <param name="bytes">The part of it that is new.</param>
    /// <param name="cutBytes">Bytes after them that were not captured.</param>
    /// <returns>
    /// <see cref="SegmentFate.Due"/>: <paramref name="bytes"/> are next; ask <see cref="TryTakeHeld"/> afterwards.
    /// <see cref="SegmentFate.Early"/>: an earlier byte is missing, the caller may <see cref="Hold"/> it. <see cref="SegmentFate.Old"/>: seen before.
    /// </returns>
    public SegmentFate Accept(
        SequenceNumber sequence, ReadOnlySpan<byte> payload, int payloadLength, out ReadOnlySpan<byte> bytes, out int cutBytes)
    {
        bytes = default;
        cutBytes = 0;
        if (!IsStarted)
        {
            Start(sequence);
        }

        if (payloadLength == 0)
        {
            return SegmentFate.Empty;
        }

        var seen = Next - sequence;
        if (seen < 0)
        {
            return SegmentFate.Early;
        }

        if (seen >= payloadLength)
        {
            return SegmentFate.Old;
        }

        bytes = seen < payload.Length ? payload[seen..] : default;
        cutBytes = payloadLength - Math.Max(seen, payload.Length);
        Next = sequence + payloadLength;
        return SegmentFate.Due;
    }

    /// <summary>Keeps an early segment until the bytes before it came or were given up.</summary>
    /// <returns>False if all of it is held already.</returns>
    public bool Hold(int side, in TcpSegment segment)
    {
        var sequence = new SequenceNumber(segment.FirstByte);
        var at = _held.Count;
        while (at > 0 && _held[at - 1].Sequence > sequence)
        {
            at--;
        }

        if (at > 0 && _held[at - 1].Sequence + _held[at - 1].PayloadLength - (sequence + segment.PayloadLength) >= 0)
        {
            return false;
        }

        var held = HeldSegment.Copy(side, segment);
        _held.Insert(at, held);
        memory.Add(held);
        HeldBytes += segment.PayloadLength;
        return true;
    }

    /// <summary>Gives out the next held segment if no byte before it is missing. Its bytes stay valid until the next call.</summary>
    /// <param name="time">When it became due: the time of what filled the hole; its own time if that is later.</param>
    public bool TryTakeHeld(CaptureTime time, long frame, out StreamChunk chunk)
    {
        GiveBack();
        while (_held.Count > 0 && !(_held[0].Sequence > Next))
        {
            var segment = _held[0];
            _held.RemoveAt(0);
            HeldBytes -= segment.PayloadLength;
            memory.Remove(segment);
            if (Accept(segment.Sequence, segment.Payload, segment.PayloadLength, out var bytes, out var cut) != SegmentFate.Due)
            {
                segment.Release();
                continue;
            }

            _lent = segment;
            TakenFrame = segment.Frame;
            var own = segment.Time >= time;
            chunk = new StreamChunk
            {
                Kind = StreamChunkKind.Data,
                Side = segment.Side,
                Bytes = bytes,
                CutBytes = cut,
                Time = own ? segment.Time : time,
                Frame = own ? segment.Frame : frame,
            };
            return true;
        }

        chunk = default;
        return false;
    }

    /// <summary>The sender ends its direction here, once all bytes before came.</summary>
    public void NoteFin(SequenceNumber fin, CaptureTime time, long frame)
    {
        if (_ended || fin < Next)
        {
            return;
        }

        if (!_finSeen)
        {
            (FinAt, FinFrame) = (time, frame);
        }

        _finSeen = true;
        Fin = fin;
    }

    /// <summary>Gives up the missing bytes before <paramref name="limit"/>, or before the first held byte if that comes earlier.</summary>
    /// <returns>How many bytes were given up.</returns>
    public int SkipHole(SequenceNumber limit)
    {
        if (_held.Count > 0 && _held[0].Sequence < limit)
        {
            limit = _held[0].Sequence;
        }

        if (_finSeen && Fin < limit)
        {
            limit = Fin;
        }

        var missing = limit - Next;
        if (missing <= 0)
        {
            return 0;
        }

        Next = limit;
        return missing;
    }

    /// <summary>Whether all bytes before the sender's FIN have been given out; true once. FIN takes a sequence number itself.</summary>
    public bool TryEnd()
    {
        if (!_finSeen || Fin != Next)
        {
            return false;
        }

        _finSeen = false;
        _ended = true;
        Next = Fin + 1;
        return true;
    }

    private void GiveBack()
    {
        _lent?.Release();
        _lent = null;
    }

    public void Keep(StateArchive archive)
    {
        foreach (var segment in archive.Items(_held, segment => HeldSegment.Keep(archive, segment)))
        {
            _held.Add(segment);
            memory.Add(segment);
        }

        (_finSeen, _ended, IsStarted, Next) = (archive.Value(_finSeen), archive.Value(_ended), archive.Value(IsStarted), archive.Value(Next));
        (HeldBytes, TakenFrame) = (archive.Value(HeldBytes), archive.Value(TakenFrame));
        (Fin, FinAt, FinFrame) = (archive.Value(Fin), archive.Value(FinAt), archive.Value(FinFrame));
    }
}

internal enum SegmentFate : byte
{
    Empty,
    Due,
    Early,
    Old,
}
