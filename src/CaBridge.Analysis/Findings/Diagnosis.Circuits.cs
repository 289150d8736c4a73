using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;

namespace CaBridge.Analysis.Findings;

/// <content>Circuits: their beginning and end, and what their segments show.</content>
internal sealed partial class Diagnosis
{
    public void TakeOpened(Circuit circuit, CaptureTime at)
    {
        while (_watches.Count <= circuit.Place)
        {
            _watches.Add(null);
        }

        var watch = _watches[circuit.Place] = _free.Count > 0 ? _free.Pop() : new CircuitWatch();
        watch.Reset();
        if (circuit.ClientSide >= 0)
        {
            _restarts.TakeOpened(circuit, at);
            watch.IsCounted = true;
        }
    }

    /// <summary>To be called before what the circuit has open is forgotten.</summary>
    public void TakeEnded(Circuit circuit, CaptureTime at)
    {
        if (WatchOf(circuit) is not { } watch)
        {
            return;
        }

        Settle(circuit, watch, at);
        _headOfLine.Complete(circuit, watch, at);
        if (watch.IsCounted)
        {
            _restarts.TakeEnded(circuit, at, circuit.LastFrame);
        }

        _watches[circuit.Place] = null;
        _free.Push(watch);
    }

    /// <param name="retransmitted">Whether the segment's bytes had been seen before.</param>
    public void TakeSegment(Circuit circuit, int side, in TcpSegment segment, bool retransmitted)
    {
        if (WatchOf(circuit) is not { } watch)
        {
            return;
        }

        watch.HeardSides |= 1 << side;
        watch.Segments += segment.PayloadLength > 0 ? 1 : 0;
        if (side != watch.UnheardSide)
        {
            watch.UnheardRetransmissions = 0;
        }

        if (retransmitted && !circuit.RoundTrip.IsProbe && watch.ClosedSince[1 - side] is null)
        {
            TakeRetransmission(circuit, watch, side, segment);
        }

        if (circuit.RoundTrip.IsJump)
        {
            watch.JumpedAt = _disturbedAt = segment.Time;
        }

        if ((segment.Window == 0 || watch.ClosedSince[side] is not null) && !CircuitWatch.IsOfHandshake(segment))
        {
            TakeWindow(circuit, watch, side, segment);
        }
    }

    private void TakeRetransmission(Circuit circuit, CircuitWatch watch, int side, in TcpSegment segment)
    {
        watch.NoteRetransmission(segment.Time, segment.Frame);
        _disturbedAt = segment.Time;
        if (watch.UnheardRetransmissions++ == 0)
        {
            (watch.UnheardSide, watch.UnheardSince) = (side, segment.Time);
        }

        _unresponsive.TakeUnheard(circuit, watch, segment.Time, segment.Frame);
    }

    private void TakeWindow(Circuit circuit, CircuitWatch watch, int side, in TcpSegment segment)
    {
        _disturbedAt = segment.Time;
        if (segment.Window == 0)
        {
            if (watch.ClosedSince[side] is null)
            {
                (watch.ClosedSince[side], watch.ClosedFrame[side]) = (segment.Time, segment.Frame);
                watch.WindowClosedAt = segment.Time;
            }

            return;
        }

        watch.WindowOpenedAt = segment.Time;
        if (circuit.SenderOf(side) == Sender.Client)
        {
            _slowConsumers.TakeClosedWindow(circuit, watch.ClosedSince[side]!.Value, segment.Time, watch.ClosedFrame[side], segment.Frame);
        }

        watch.ClosedSince[side] = null;
    }

    /// <summary>Notes what has ended with the circuit.</summary>
    private void Settle(Circuit circuit, CircuitWatch watch, CaptureTime now)
    {
        _transport.TakeSegments(circuit, watch);
        if (circuit.ClientSide >= 0 && watch.ClosedSince[circuit.ClientSide] is { } closed)
        {
            _slowConsumers.TakeClosedWindow(circuit, closed, now, watch.ClosedFrame[circuit.ClientSide], circuit.LastFrame);
        }

        if (watch.EventsOffSince is { } off)
        {
            _slowConsumers.TakeEventsOff(circuit, off, now, watch.EventsOffFrame, circuit.LastFrame);
        }
    }
}
