using CaBridge.Analysis.Packets;
using CaBridge.Analysis.State;

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
internal sealed partial class TcpConnection(int maxHeldBytes, HeldMemory memory, AnomalyLog anomalies)
{
    /// <summary>How long a byte that the peer has acknowledged may still appear in the capture: frames are recorded out of order, not late.</summary>
    private static readonly CaptureDuration AcknowledgedGrace = CaptureDuration.FromMilliseconds(200);

    /// <summary>How long a hole waits where nothing of the peer is captured.</summary>
    private static readonly CaptureDuration UnacknowledgedGrace = CaptureDuration.FromMilliseconds(1000);

    private static readonly CaptureDuration ClockStep = CaptureDuration.FromSeconds(10);

    private static readonly CaptureDuration DuplicateWindow = CaptureDuration.FromMilliseconds(10);

    /// <summary>A step in the sequence numbers that no window allows: another conversation, or a damaged header.</summary>
    private const int MaxJump = 1 << 26;

    private const int MaxDeferred = 256;
    private const int MaxHeld = 4096;

    private readonly TcpReassembler[] _streams = [new(memory), new(memory)];
    private readonly LastSegment[] _last = new LastSegment[2];
    private readonly DeferredSegments _deferred = new(memory);

    /// <summary>By side, the newest frame when bytes of it were given up last.</summary>
    private readonly long[] _givenUpIn = new long[2];
    private HeldSegment? _lent;
    private int _draining = -1;
    private CaptureTime _dueTime;
    private long _dueFrame;
    private bool _dueAfterGap;
    private CaptureTime _now;
    private long _newest;
    private bool _segmentWaits;
    private bool _flushing;
    private bool _judgingAcknowledged;
    private bool _resetPending;

    /// <summary>Whether nothing was captured behind bytes that have not come: the peer acknowledged them, or the sender's FIN stands beyond.</summary>
    public bool LacksItsEnd => LacksAcknowledged(0) || LacksAcknowledged(1) || _streams[0].MissingBeforeFin > 0 || _streams[1].MissingBeforeFin > 0;

    /// <summary>Segments whose bytes had all been seen before, of both sides.</summary>
    public long Retransmissions { get; private set; }

    /// <summary>Whether anything waits for bytes that have not come.</summary>
    public bool IsWaiting => _deferred.Count > 0 || _streams[0].HeldCount > 0 || _streams[1].HeldCount > 0;

    /// <summary>Back to a connection that nothing is known of; gives all buffers back.</summary>
    public void Reset()
    {
        _streams[0].Reset();
        _streams[1].Reset();
        _last[0] = _last[1] = default;
        _givenUpIn[0] = _givenUpIn[1] = 0;
        GiveBack();
        _deferred.Clear();
        _draining = -1;
        Retransmissions = 0;
        _segmentWaits = _flushing = _judgingAcknowledged = _resetPending = false;
    }

    /// <summary>Tells where the bytes of <paramref name="side"/> begin, before any of them came.</summary>
    public void StartAt(int side, SequenceNumber first) => _streams[side].Start(first);

    public void Push(int side, in TcpSegment segment)
    {
        _now = segment.Time;
        _newest = segment.Frame;
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
                    if (!_dueAfterGap)
                    {
                        anomalies.Add(AnomalyKind.TcpOutOfOrder, _streams[_draining].TakenFrame);
                    }

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

    private bool MustWait(int side, SequenceNumber acknowledged, TcpFlags flags)
    {
        var peer = _streams[1 - side];
        return (flags & TcpFlags.Ack) != TcpFlags.None && peer.IsStarted && acknowledged - peer.Next is > 0 and < MaxJump;
    }

    private bool TryTakeSegment(int side, scoped in TcpSegment segment, out StreamChunk chunk)
    {
        var stream = _streams[side];
        var sequence = new SequenceNumber(segment.FirstByte);
        var fate = stream.Accept(sequence, segment.Payload, segment.PayloadLength, out var bytes, out var cut);
        if ((segment.Flags & TcpFlags.Fin) != TcpFlags.None)
        {
            stream.NoteFin(sequence + segment.PayloadLength, segment.Time, segment.Frame);
        }

        _draining = side;
        _dueTime = segment.Time;
        _dueFrame = segment.Frame;
        _dueAfterGap = false;
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
                if (!stream.Hold(side, segment))
                {
                    Retransmissions++;
                    anomalies.Add(AnomalyKind.TcpRetransmission, segment.Frame);
                }

                break;
            case SegmentFate.Old when segment.PayloadLength > 1:
                Retransmissions++;
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
        var sequence = new SequenceNumber(segment.FirstByte);
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
        if (!TryTakeSegment(waiting.Side, segment, out chunk))
        {
            return false;
        }

        if (waiting.Frame > _givenUpIn[1 - waiting.Side])
        {
            // What it waited for came: nothing was missing.
            anomalies.Add(AnomalyKind.TcpOutOfOrder, waiting.Frame);
        }

        return true;
    }

    private void GiveBack()
    {
        _lent?.Release();
        _lent = null;
    }

    /// <summary>Between two segments: nothing is lent, and nothing is on its way.</summary>
    public void Keep(StateArchive archive)
    {
        _streams[0].Keep(archive);
        _streams[1].Keep(archive);
        archive.Values<LastSegment>(_last);
        _deferred.Keep(archive);
        archive.Values<long>(_givenUpIn);
        (_now, _newest, Retransmissions) = (archive.Value(_now), archive.Value(_newest), archive.Value(Retransmissions));
    }
}
