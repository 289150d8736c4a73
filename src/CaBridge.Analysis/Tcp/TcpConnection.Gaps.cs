namespace CaBridge.Analysis.Tcp;

/// <content>Holes that are waited for no longer.</content>
internal sealed partial class TcpConnection
{
    /// <summary>Turns the oldest overdue hole into a gap, or takes what waited in vain.</summary>
    private bool TryGiveUp(out StreamChunk chunk)
    {
        chunk = default;
        if (_deferred.Count > 0
            && (_flushing || _deferred.Count > MaxDeferred || _deferred.Bytes > maxHeldBytes || HasPassed(_deferred[0].Time, AcknowledgedGrace)))
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
    /// Gives up what nothing was captured behind: bytes that the peer acknowledged without sending any itself, where one number beyond the last
    /// byte may be the FIN's own; and bytes before a FIN, which the peer may yet ask for again.
    /// </summary>
    private bool TryGapAtEnd(out StreamChunk chunk)
    {
        for (var side = 0; side < 2; side++)
        {
            ref readonly var peer = ref _last[1 - side];
            if (LacksAcknowledged(side)
                && (_flushing || HasPassed(peer.AcknowledgedAt, AcknowledgedGrace))
                && TryGap(side, peer.Acknowledged, peer.AcknowledgedAt, peer.AcknowledgedFrame, out chunk))
            {
                return true;
            }

            var stream = _streams[side];
            if (stream.MissingBeforeFin > 0
                && (_flushing || (!peer.HasAcknowledged && HasPassed(stream.FinAt, UnacknowledgedGrace)))
                && TryGap(side, stream.Fin, stream.FinAt, stream.FinFrame, out chunk))
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
        return stream.HeldBytes > maxHeldBytes
            || stream.HeldCount > MaxHeld
            || (peer.HasAcknowledged
                ? peer.Acknowledged - stream.Next > 0 && HasPassed(stream.HeldSince, AcknowledgedGrace)
                : HasPassed(stream.HeldSince, UnacknowledgedGrace));
    }

    /// <summary>Also where the clock was set back: what has waited since before will not come any more.</summary>
    private bool HasPassed(CaptureTime since, CaptureDuration grace) => _now - since is var age && (age > grace || age.Nanoseconds < -ClockStep.Nanoseconds);

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
        _dueAfterGap = true;
        _givenUpIn[side] = _newest;
        anomalies.Add(AnomalyKind.TcpGap, frame, missing);
        chunk = new StreamChunk { Kind = StreamChunkKind.Gap, Side = side, MissingBytes = missing, Time = time, Frame = frame };
        return true;
    }

    private bool LacksAcknowledged(int side)
    {
        ref readonly var peer = ref _last[1 - side];
        return _streams[side].IsStarted && peer.HasAcknowledged && peer.Acknowledged - _streams[side].Next is > 1 and < MaxJump;
    }
}
