using CaBridge.Analysis.Packets;

namespace CaBridge.Analysis.Tcp;

/// <summary>
/// One instance of a connection: both directions in an order in which every byte comes after the bytes it acknowledges, so that a reply
/// never overtakes its request, however the capture disordered them.
/// <code>
///  segment ──┬─ acknowledges bytes not seen yet ──→ deferred ─ (they come, or 200 ms pass: gap) ─┐
///            └──────────────────────────────────────────────────────────────────────────────────┴─→ TcpReassembler ─→ chunk
/// </code>
/// Use: <see cref="Push"/> a segment, then <see cref="TryRead"/> with the same segment until it returns false.
/// </summary>
/// <param name="maxHeldBytes">Bytes held per direction, and deferred, before a hole is given up.</param>
/// <param name="memory">Counts what is held; its owner gives up holes (<see cref="Flush"/>) where that is too much.</param>
internal sealed class TcpConnection(int maxHeldBytes, HeldMemory memory, AnomalyLog anomalies)
{
    /// <summary>How long a byte that the peer has acknowledged may still appear in the capture: frames are recorded out of order, not late.</summary>
    private static readonly CaptureDuration AcknowledgedGrace = CaptureDuration.FromMilliseconds(200);

    /// <summary>How long a hole waits where nothing of the peer is captured.</summary>
    private static readonly CaptureDuration UnacknowledgedGrace = CaptureDuration.FromMilliseconds(1000);

    private static readonly CaptureDuration DuplicateWindow = CaptureDuration.FromMilliseconds(10);

    /// <summary>A step in the sequence numbers that no window allows: another conversation, or a damaged header.</summary>
    private const int MaxJump = 1 << 26;

    private const int MaxDeferred = 256;
    private const int MaxHeld = 4096;

    private readonly TcpReassembler[] _streams = [new(memory), new(memory)];
    private readonly LastSegment[] _last = new LastSegment[2];
    private readonly DeferredSegments _deferred = new(memory);
    private HeldSegment? _lent;
    private int _draining = -1;
    private CaptureTime _dueTime;
    private long _dueFrame;
    private CaptureTime _now;
    private bool _segmentWaits;
    private bool _flushing;
    private bool _judgingAcknowledged;
    private bool _resetPending;

    /// <summary>Whether a side has acknowledged bytes that have not come.</summary>
    public bool LacksAcknowledged => Lacks(0) || Lacks(1);

    /// <summary>Whether anything waits for bytes that have not come.</summary>
    public bool IsWaiting => _deferred.Count > 0 || _streams[0].HeldCount > 0 || _streams[1].HeldCount > 0;

    /// <summary>Back to a connection that nothing is known of; gives all buffers back.</summary>
    public void Reset()
    {
        _streams[0].Reset();
        _streams[1].Reset();
        _last[0] = _last[1] = default;
        GiveBack();
        _deferred.Clear();
        _draining = -1;
        _segmentWaits = _flushing = _judgingAcknowledged = _resetPending = false;
    }

    /// <summary>Tells where the bytes of <paramref name="side"/> begin, before any of them came.</summary>
    public void StartAt(int side, SequenceNumber first) => _streams[side].Start(first);

    public void Push(int side, in TcpSegment segment)
    {
        _now = segment.Time;
        _resetPending = (segment.Flags & TcpFlags.Rst) != TcpFlags.None;
        _flushing = _judgingAcknowledged = _resetPending;
        ref var last = ref _last[side];
        var recordedTwice = last.IsSameFrame(segment, DuplicateWindow);
        last.Remember(segment);
        if (recordedTwice)
        {
            anomalies.Add(AnomalyKind.DuplicateFrame, segment.Frame);
        }

        _segmentWaits = !recordedTwice && (segment.PayloadLength > 0 || (segment.Flags & TcpFlags.Fin) != TcpFlags.None);
    }

    /// <summary>Gives up every hole: the connection or the recording is over. Follow with <see cref="TryRead"/> of an empty segment.</summary>
    public void Flush()
    {
        _segmentWaits = false;
        _flushing = _judgingAcknowledged = true;
    }

    /// <summary>Gives up the holes that are overdue at <paramref name="now"/>. Follow with <see cref="TryRead"/> of an empty segment.</summary>
    public void AdvanceTo(CaptureTime now)
    {
        _segmentWaits = false;
        _judgingAcknowledged = true;
        _now = now;
    }

    /// <summary>The next event; false when the segment is used up. The chunk's bytes are valid until the next call.</summary>
    public bool TryRead(int side, in TcpSegment segment, out StreamChunk chunk)
    {
        GiveBack();
        while (true)
        {
            if (_draining >= 0)
            {
                if (_streams[_draining].TryTakeHeld(_dueTime, _dueFrame, out chunk))
                {
                    return true;
                }

                var drained = _draining;
                _draining = -1;
                if (_streams[drained].TryEnd())
                {
                    chunk = new StreamChunk { Kind = StreamChunkKind.End, Side = drained, Time = _now, Frame = _dueFrame };
                    return true;
                }
            }

            if (_deferred.Count > 0 && TryTakeDeferred(out chunk))
            {
                return true;
            }

            if (_draining >= 0)
            {
                continue;
            }

            if (_segmentWaits)
            {
                if (MustWait(side, new SequenceNumber(segment.AcknowledgmentNumber), segment.Flags))
                {
                    _segmentWaits = false;
                    _deferred.Add(HeldSegment.Copy(side, segment));
                    anomalies.Add(AnomalyKind.TcpOutOfOrder, segment.Frame);
                    continue;
                }

                if (TryJump(side, segment, out chunk))
                {
                    return true;
                }

                _segmentWaits = false;
                if (TryTakeSegment(side, segment, out chunk))
                {
                    return true;
                }

                continue;
            }

            if (IsWaiting && TryGiveUp(out chunk))
            {
                return true;
            }

            if (_judgingAcknowledged && _draining < 0 && TryGapAtEnd(out chunk))
            {
                return true;
            }

            if (_draining >= 0)
            {
                continue;
            }

            if (_resetPending)
            {
                _resetPending = false;
                chunk = new StreamChunk { Kind = StreamChunkKind.Reset, Side = side, Time = segment.Time, Frame = segment.Frame };
                return true;
            }

            _flushing = _judgingAcknowledged = false;
            chunk = default;
            return false;
        }
    }

    private bool Lacks(int side)
    {
        ref readonly var peer = ref _last[1 - side];
        return _streams[side].IsStarted && peer.HasAcknowledged && peer.Acknowledged - _streams[side].Next is > 1 and < MaxJump;
    }

    private bool MustWait(int side, SequenceNumber acknowledged, TcpFlags flags)
    {
        var peer = _streams[1 - side];
        return (flags & TcpFlags.Ack) != TcpFlags.None && peer.IsStarted && acknowledged - peer.Next is > 0 and < MaxJump;
    }

    private bool TryTakeSegment(int side, scoped in TcpSegment segment, out StreamChunk chunk)
    {
        var stream = _streams[side];
        var sequence = new SequenceNumber(segment.SequenceNumber);
        var fate = stream.Accept(
            sequence, segment.Payload, segment.PayloadLength, segment.Flags, out var bytes, out var cut);
        _draining = side;
        _dueTime = segment.Time;
        _dueFrame = segment.Frame;
        switch (fate)
        {
            case SegmentFate.Due:
                chunk = new StreamChunk
                {
                    Kind = StreamChunkKind.Data,
                    Side = side,
                    Bytes = bytes,
                    CutBytes = cut,
                    Time = segment.Time,
                    Frame = segment.Frame,
                };
                return true;
            case SegmentFate.Early:
                var kept = stream.Hold(side, segment);
                anomalies.Add(kept ? AnomalyKind.TcpOutOfOrder : AnomalyKind.TcpRetransmission, segment.Frame);
                break;
            case SegmentFate.Old when segment.PayloadLength > 1:
                anomalies.Add(AnomalyKind.TcpRetransmission, segment.Frame, segment.PayloadLength);
                break;
        }

        chunk = default;
        return false;
    }

    /// <summary>Begins a direction anew where its sequence numbers make a step that no window allows; the segment is taken afterwards.</summary>
    private bool TryJump(int side, scoped in TcpSegment segment, out StreamChunk chunk)
    {
        var stream = _streams[side];
        var sequence = new SequenceNumber(segment.SequenceNumber);
        if (!stream.IsStarted || segment.PayloadLength <= 1 || sequence - stream.Next is <= MaxJump and >= -MaxJump)
        {
            chunk = default;
            return false;
        }

        anomalies.Add(AnomalyKind.TcpGap, segment.Frame, stream.HeldBytes);
        stream.Reset();
        stream.Start(sequence);
        chunk = new StreamChunk { Kind = StreamChunkKind.Gap, Side = side, Time = segment.Time, Frame = segment.Frame };
        return true;
    }

    private bool TryTakeDeferred(out StreamChunk chunk)
    {
        for (var i = 0; i < _deferred.Count; i++)
        {
            var waiting = _deferred[i];
            if (!MustWait(waiting.Side, waiting.Acknowledged, waiting.Flags))
            {
                return TakeDeferred(i, out chunk);
            }
        }

        chunk = default;
        return false;
    }

    private bool TakeDeferred(int index, out StreamChunk chunk)
    {
        var waiting = _deferred[index];
        if (TryJump(waiting.Side, waiting.AsSegment(), out chunk))
        {
            return true;
        }

        _deferred.RemoveAt(index);
        GiveBack();
        _lent = waiting;
        var segment = waiting.AsSegment();
        return TryTakeSegment(waiting.Side, segment, out chunk);
    }

    /// <summary>Turns the oldest overdue hole into a gap, or takes what waited in vain.</summary>
    private bool TryGiveUp(out StreamChunk chunk)
    {
        chunk = default;
        if (_deferred.Count > 0
            && (_flushing || _deferred.Count > MaxDeferred || _deferred.Bytes > maxHeldBytes || _now - _deferred[0].Time > AcknowledgedGrace))
        {
            if (TryGapBefore(0, out chunk))
            {
                return true;
            }

            // What the oldest waits for is there, and waits itself for its own side.
            var blocking = _deferred.FirstOf(1 - _deferred[0].Side);
            return TryGapBefore(blocking, out chunk) || TakeDeferred(blocking, out chunk);
        }

        for (var side = 0; side < 2; side++)
        {
            var stream = _streams[side];
            if (stream.HeldCount > 0 && (_flushing || IsOverdue(side)))
            {
                return TryGap(side, stream.HeldFrom, stream.HeldSince, stream.HeldFrame, out chunk);
            }
        }

        return false;
    }

    /// <summary>
    /// Gives up what nothing was captured behind: bytes that the peer acknowledged without sending any itself. One number beyond the last byte
    /// may be the FIN's own.
    /// </summary>
    private bool TryGapAtEnd(out StreamChunk chunk)
    {
        for (var side = 0; side < 2; side++)
        {
            ref readonly var peer = ref _last[1 - side];
            if (Lacks(side)
                && (_flushing || _now - peer.AcknowledgedAt > AcknowledgedGrace)
                && TryGap(side, peer.Acknowledged, peer.AcknowledgedAt, peer.AcknowledgedFrame, out chunk))
            {
                return true;
            }
        }

        chunk = default;
        return false;
    }

    /// <summary>Gives up what is missing of the bytes that a deferred segment acknowledges.</summary>
    private bool TryGapBefore(int index, out StreamChunk chunk)
    {
        var waiting = _deferred[index];
        var side = 1 - waiting.Side;
        return TryGap(side, _deferred.FirstByteOf(side, waiting.Acknowledged), waiting.Time, waiting.Frame, out chunk);
    }

    private bool IsOverdue(int side)
    {
        var stream = _streams[side];
        var peer = _last[1 - side];
        var age = _now - stream.HeldSince;
        return stream.HeldBytes > maxHeldBytes
            || stream.HeldCount > MaxHeld
            || (peer.HasAcknowledged
                ? peer.Acknowledged - stream.Next > 0 && age > AcknowledgedGrace
                : age > UnacknowledgedGrace);
    }

    private bool TryGap(int side, SequenceNumber limit, CaptureTime time, long frame, out StreamChunk chunk)
    {
        var missing = _streams[side].SkipHole(limit);
        if (missing == 0)
        {
            chunk = default;
            return false;
        }

        // What stood behind the hole keeps its own times: nothing tells when the missing bytes came.
        _draining = side;
        _dueTime = new CaptureTime(long.MinValue);
        _dueFrame = frame;
        anomalies.Add(AnomalyKind.TcpGap, frame, missing);
        chunk = new StreamChunk { Kind = StreamChunkKind.Gap, Side = side, MissingBytes = missing, Time = time, Frame = frame };
        return true;
    }

    private void GiveBack()
    {
        _lent?.Release();
        _lent = null;
    }
}
