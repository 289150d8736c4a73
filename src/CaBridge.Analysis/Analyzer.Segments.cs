using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Tcp;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis;

/// <content>Segments: segment → ordered bytes → message → transaction, and the ends of circuits.</content>
public sealed partial class Analyzer
{
    private void Take(in TcpSegment segment, int frameBytes)
    {
        var key = FlowKey.Of(segment.Source, segment.Destination, out var side);
        var circuit = _circuits.Find(key);
        if (circuit is not null && IsAnother(circuit, side, segment))
        {
            End(circuit, Outcome.CircuitClosed, segment.Time);
            _circuits.Remove(circuit);
            circuit = null;
        }

        circuit ??= Open(key, segment);
        _circuits.Touch(circuit, segment.Time, segment.Frame);
        if (circuit.State == CircuitState.ChannelAccess)
        {
            _frames.ChannelAccess(1, frameBytes);
        }
        else if (circuit.State == CircuitState.Undecided)
        {
            circuit.Frames++;
            circuit.Bytes += frameBytes;
        }
        else
        {
            return;
        }

        Tick(segment.Time);
        ConnectCorrelator.Take(circuit, side, segment);
        circuit.RoundTrip.Take(side, segment);
        var retransmissions = circuit.Connection.Retransmissions;
        circuit.Connection.Push(side, segment);
        while (circuit.Connection.TryRead(side, segment, out var chunk))
        {
            Take(circuit, chunk);
        }

        if (_diagnosis is not null && !circuit.HasEnded)
        {
            _diagnosis.TakeSegment(circuit, side, segment, circuit.Connection.Retransmissions > retransmissions);
        }

        if (_circuits.Memory.Bytes > _maxHeldMemory)
        {
            GiveUpHoles(segment.Frame);
        }
    }

    /// <summary>Too much is held: the connections that were silent the longest wait no more, until an eighth of the room is free.</summary>
    private void GiveUpHoles(long frame)
    {
        Circuit? newer;
        for (var circuit = _circuits.OldestOpen; circuit is not null && _circuits.Memory.Bytes > _maxHeldMemory / 8 * 7; circuit = newer)
        {
            newer = circuit.Newer;
            if (circuit.Connection.IsWaiting)
            {
                _anomalies.Add(AnomalyKind.TableEvicted, frame);
                circuit.Connection.Flush();
                Drain(circuit);
            }
        }
    }

    /// <summary>Whether a segment begins another connection of the same endpoints.</summary>
    private static bool IsAnother(Circuit circuit, int side, in TcpSegment segment)
    {
        var isOver = circuit.State == CircuitState.Closed;
        return (segment.Flags & TcpFlags.Syn) != TcpFlags.None
            ? circuit.Handshake.IsAnotherInstance(side, segment, isOver)
            : isOver && segment.PayloadLength > 0 && segment.Time - circuit.LastSeen > CircuitTable.ClosedMemory;
    }

    private Circuit Open(FlowKey key, in TcpSegment segment)
    {
        while (_circuits.Overdue(segment.Time) is { } overdue)
        {
            if (overdue.State is CircuitState.ChannelAccess or CircuitState.Undecided && !CircuitTable.HasFallenSilent(overdue, segment.Time))
            {
                _anomalies.Add(AnomalyKind.TableEvicted, segment.Frame);
            }

            End(overdue, Outcome.Pending, segment.Time);
            _circuits.Remove(overdue);
        }

        return _circuits.Add(key, segment.Time);
    }

    private void Take(Circuit circuit, in StreamChunk chunk)
    {
        if (circuit.State == CircuitState.ChannelAccess)
        {
            Decode(circuit, chunk);
            return;
        }

        if (circuit.State != CircuitState.Undecided)
        {
            return;
        }

        var isHeld = circuit.Held.TryAdd(chunk);
        if (chunk.Kind == StreamChunkKind.Data && chunk.Frame != circuit.Handshake.SynFrame)
        {
            // What came with the SYN itself (RFC 7413) is weighed with what follows: where the server's bytes begin is not known yet.
            _gate.Weigh(circuit, chunk, circuit.Handshake.SawStartOf(chunk.Side), !isHeld);
        }

        if (circuit.State == CircuitState.ChannelAccess)
        {
            Accept(circuit);
            if (!isHeld && !circuit.HasEnded)
            {
                Decode(circuit, chunk);
            }
        }
        else if (circuit.State == CircuitState.SomethingElse)
        {
            _circuits.End(circuit, CircuitState.SomethingElse);
        }
        else if (chunk.Kind == StreamChunkKind.Reset)
        {
            circuit.NoteEnding(chunk.Side);
            End(circuit, Outcome.CircuitClosed, chunk.Time);
        }
    }

    /// <summary>A connection has turned out to be a circuit: decodes what it brought so far.</summary>
    private void Accept(Circuit circuit)
    {
        _circuits.Equip(circuit);
        _frames.Circuit();
        _frames.ChannelAccess(circuit.Frames, circuit.Bytes);
        for (var side = 0; side < 2; side++)
        {
            circuit.Decoders[side].Reset(midStream: !circuit.Handshake.SawStartOf(side));
        }

        if (!circuit.Handshake.SawStartOf(0) && !circuit.Handshake.SawStartOf(1))
        {
            _anomalies.Add(AnomalyKind.CircuitMidStream, circuit.LastFrame);
        }

        if (circuit.ClientSide < 0)
        {
            _anomalies.Add(AnomalyKind.DirectionUnknown, circuit.LastFrame);
        }
        else
        {
            _learned.AddServer(circuit.Server);
        }

        _connects.Accepted(circuit);
        _diagnosis?.TakeOpened(circuit, circuit.LastSeen);
        for (var i = 0; i < circuit.Held.Count; i++)
        {
            Decode(circuit, circuit.Held[i]);
        }

        circuit.Held.Clear();
    }

    private void Decode(Circuit circuit, in StreamChunk chunk)
    {
        var decoder = circuit.Decoders[chunk.Side];
        switch (chunk.Kind)
        {
            case StreamChunkKind.Data:
                Decode(circuit, decoder, chunk);
                break;
            case StreamChunkKind.Gap:
                decoder.SkipGap(chunk.MissingBytes);
                NoteMissing(circuit, chunk, forGood: false);
                break;
            case StreamChunkKind.End:
                circuit.NoteEnd(chunk.Side, chunk.Time);
                if (circuit.BothEnded)
                {
                    End(circuit, Outcome.CircuitClosed, chunk.Time);
                }

                break;
            case StreamChunkKind.Reset:
                circuit.NoteEnding(chunk.Side);
                End(circuit, Outcome.CircuitClosed, chunk.Time);
                break;
        }
    }

    private void Decode(Circuit circuit, CaStreamDecoder decoder, in StreamChunk chunk)
    {
        var bytes = chunk.Bytes;
        var passedOver = decoder.PassedOverBytes;
        while (decoder.TryRead(ref bytes, circuit.SenderOf(chunk.Side), chunk.Frame, out var message))
        {
            if (!decoder.IsInDoubt || IsDue(circuit, decoder, chunk.Side, message))
            {
                Take(circuit, chunk, message);
            }
        }

        if (decoder.PassedOverBytes > passedOver)
        {
            NoteMissing(circuit, chunk, forGood: false);
        }

        if (chunk.CutBytes > 0 && decoder.IsAbandoned)
        {
            _anomalies.AddBytes(AnomalyKind.CircuitCut, chunk.CutBytes);
        }
        else if (chunk.CutBytes > 0)
        {
            NoteMissing(circuit, chunk, forGood: !_resumeAfterCut);
            if (_resumeAfterCut)
            {
                decoder.SkipGap(chunk.CutBytes);
            }
            else
            {
                decoder.Abandon();
                _anomalies.Add(AnomalyKind.CircuitCut, chunk.Frame, chunk.CutBytes);
            }
        }
    }

    private void NoteMissing(Circuit circuit, in StreamChunk chunk, bool forGood)
    {
        circuit.NoteMissing(chunk.Side, chunk.Time, forGood);
        _diagnosis?.TakeGap(circuit, chunk.Time);
    }

    /// <summary>Whether the first message behind a gap is one that the circuit waits for; else it is passed over.</summary>
    private static bool IsDue(Circuit circuit, CaStreamDecoder decoder, int side, in CaMessage message)
    {
        if (circuit.Operations!.IsDue(circuit.SenderOf(side), message.Header))
        {
            decoder.Confirm();
            return true;
        }

        decoder.PassOver(message);
        return false;
    }

    private void Take(Circuit circuit, in StreamChunk chunk, in CaMessage message)
    {
        var sender = circuit.SenderOf(chunk.Side);
        if (sender == Sender.Unknown && CaHeaderForm.OnlySender(message.Header) is var told and not Sender.Unknown)
        {
            circuit.ClientSide = told == Sender.Client ? chunk.Side : 1 - chunk.Side;
            sender = told;
        }

        var command = message.Header.Command;
        _messages.Add(Transport.Tcp, sender, command);
        if (command == CaCommand.AccessRights && sender == Sender.Server)
        {
            _diagnosis?.TakeRights(circuit, message.Header, chunk.Time, chunk.Frame);
        }

        var pv = sender == Sender.Unknown ? null
            : command is CaCommand.Search or CaCommand.NotFound ? TakeSearch(circuit, chunk, message)
            : _operations.Take(circuit, sender, message, chunk.Time, chunk.Frame);
        if (_diagnosis is not null && sender != Sender.Unknown && _diagnosis.Concerns(sender, message.Header))
        {
            _diagnosis.TakeMessage(circuit, sender, message.Header, message.Payload, pv, chunk.Time, chunk.Frame);
        }

        if (_onMessage is not null)
        {
            Tell(circuit, chunk, message, sender, pv);
        }
    }

    private PvName? TakeSearch(Circuit circuit, in StreamChunk chunk, in CaMessage message) => TakeSearch(
        Transport.Tcp,
        circuit.EndpointOf(chunk.Side),
        circuit.EndpointOf(1 - chunk.Side),
        sequence: null,
        message,
        new MessageStamp(chunk.Time, chunk.Frame, message.Header.MessageLength));

    private void Tell(Circuit circuit, in StreamChunk chunk, in CaMessage message, Sender sender, PvName? pv) => _onMessage!(new DecodedMessage
    {
        Time = chunk.Time,
        Frame = chunk.Frame,
        Transport = Transport.Tcp,
        Sender = sender,
        Source = circuit.EndpointOf(chunk.Side),
        Destination = circuit.EndpointOf(1 - chunk.Side),
        Header = message.Header,
        Payload = message.Payload,
        HasGap = message.HasGap,
        Pv = pv,
    });

    /// <summary>Gives up the holes of a connection that has ended, decodes what stood behind them, and ends its requests.</summary>
    private void End(Circuit circuit, Outcome outcome, CaptureTime now)
    {
        if (circuit.HasEnded)
        {
            return;
        }

        if (circuit.Connection.IsWaiting || circuit.Connection.LacksItsEnd)
        {
            circuit.Connection.Flush();
            Drain(circuit);
            if (circuit.HasEnded)
            {
                // what was held brought the end itself
                return;
            }
        }

        if (circuit.EndedAt is { } endedAt)
        {
            (outcome, now) = (Outcome.CircuitClosed, endedAt);
        }

        _connects.Ended(circuit, outcome, now);
        if (circuit.Operations is { } operations)
        {
            circuit.Decoders[0].Complete(circuit.LastFrame);
            circuit.Decoders[1].Complete(circuit.LastFrame);
            _diagnosis?.TakeEnded(circuit, now);
            _operations.Close(new CircuitEnd(circuit, outcome, now), operations);
        }

        _circuits.End(circuit, CircuitState.Closed);
    }

    private void Drain(Circuit circuit)
    {
        while (circuit.Connection.TryRead(0, default, out var chunk))
        {
            Take(circuit, chunk);
        }
    }
}
