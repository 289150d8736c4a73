using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Tcp;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.ChannelAccess;

/// <content>TCP connections: undecided, a circuit, or something else.</content>
public sealed partial class TrafficSelector
{
    private const ushort MinServerPort = 1024;

    private void Take(in TcpSegment segment, in Packet packet, PacketSink sink)
    {
        var key = FlowKey.Of(segment.Source, segment.Destination, out var side);
        var circuit = _circuits.Find(key);
        if (circuit is not null && IsAnother(circuit, side, segment))
        {
            Forget(circuit, sink);
            circuit = null;
        }

        circuit ??= Open(key, segment, sink);
        _circuits.Touch(circuit, segment.Time, segment.Frame);
        if (circuit.State == CircuitState.ChannelAccess)
        {
            ConnectCorrelator.Take(circuit, side, segment);
            LearnFromReplies(segment);
            if (_parser.IsFragment && _fragments.Find(_parser.FragmentOf) is { } fragments)
            {
                Pass(fragments, sink);
            }

            Pass(packet, sink);
        }
        else if (circuit.State == CircuitState.Undecided)
        {
            ConnectCorrelator.Take(circuit, side, segment);
            Hold(circuit, segment, packet);
            circuit.Connection.Push(side, segment);
            Weigh(circuit, side, segment, sink);
            StayInBounds();
        }

        NoteEnd(circuit, side, segment);
    }

    /// <summary>As <see cref="Analyzer"/> tells whether a segment begins another connection of the same endpoints.</summary>
    private static bool IsAnother(Circuit circuit, int side, in TcpSegment segment)
    {
        var isOver = circuit.HasEnded && circuit.State != CircuitState.SomethingElse;
        return (segment.Flags & TcpFlags.Syn) != TcpFlags.None
            ? circuit.Handshake.IsAnotherInstance(side, segment, isOver)
            : isOver && segment.PayloadLength > 0 && segment.Time - circuit.LastSeen > CircuitTable.ClosedMemory;
    }

    private Circuit Open(FlowKey key, in TcpSegment segment, PacketSink sink)
    {
        while (_circuits.Overdue(segment.Time) is { } overdue)
        {
            Forget(overdue, sink);
        }

        return _circuits.Add(key, segment.Time);
    }

    private void Hold(Circuit circuit, in TcpSegment segment, in Packet packet)
    {
        if (_parser.IsFragment && _fragments.Find(_parser.FragmentOf) is { } fragments)
        {
            for (var i = 0; i < fragments.Count; i++)
            {
                _framesGivenUp += _held.Add(circuit, fragments[i], HeldPacketKind.Payload);
            }
        }

        var kind = segment.PayloadLength > 0 ? HeldPacketKind.Payload
            : (segment.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) != TcpFlags.None ? HeldPacketKind.Control
            : HeldPacketKind.Acknowledgment;
        _framesGivenUp += _held.Add(circuit, packet, kind);
    }

    /// <summary>Takes what has become due of an undecided connection, up to the decision.</summary>
    private void Weigh(Circuit circuit, int side, in TcpSegment segment, PacketSink sink)
    {
        while (circuit.State == CircuitState.Undecided && circuit.Connection.TryRead(side, segment, out var chunk))
        {
            var isHeld = circuit.Held.TryAdd(chunk);
            if (chunk.Kind == StreamChunkKind.Data)
            {
                _gate.Weigh(circuit, chunk, circuit.Handshake.SawStartOf(chunk.Side), !isHeld);
            }
            else if (chunk.Kind == StreamChunkKind.Reset)
            {
                PassBare(circuit, sink);
                Drop(circuit, CircuitState.Closed);
            }
        }

        if (circuit.State == CircuitState.ChannelAccess)
        {
            Accept(circuit, sink);
        }
        else if (circuit.State == CircuitState.SomethingElse && !circuit.HasEnded)
        {
            Drop(circuit);
        }
    }

    /// <summary>A connection has turned out to be a circuit: passes what it brought so far.</summary>
    private void Accept(Circuit circuit, PacketSink sink)
    {
        _circuitsSeen++;
        if (circuit.ClientSide >= 0)
        {
            _learned.AddServer(circuit.Server);
        }

        if (_held.Find(circuit) is { } packets)
        {
            Pass(packets, sink);
            _held.Remove(circuit);
        }

        circuit.Held.Clear();
        circuit.Connection.Reset();
    }

    /// <summary>Nothing more of a connection passes, and nothing is held of it.</summary>
    private void Drop(Circuit circuit, CircuitState state = CircuitState.SomethingElse)
    {
        _held.Remove(circuit);
        _circuits.End(circuit, state);
    }

    /// <summary>
    /// An undecided connection is over: passes its handshake without what it carried, if <see cref="ConnectCorrelator"/> will tell of it.
    /// </summary>
    private void PassBare(Circuit circuit, PacketSink sink)
    {
        var handshake = circuit.Handshake;
        var isTold = handshake.HasSyn
            && (_learned.IsServer(circuit.Server) || (circuit.Server.Port == LearnedEndpoints.ServerPort && !handshake.HasSynAck));
        if (isTold && _held.Find(circuit) is { } packets)
        {
            for (var i = 0; i < packets.Count; i++)
            {
                if (packets.KindOf(i) != HeldPacketKind.Payload)
                {
                    Pass(packets[i], sink);
                }
            }

            _held.Remove(circuit);
        }
    }

    /// <summary>Passes handshakes that have waited for too long for anything to follow them.</summary>
    private void PassOverdue(CaptureTime now, PacketSink sink)
    {
        while (_held.NextOverdue(now) is { } circuit)
        {
            if (!_held.Find(circuit)!.HasPayload)
            {
                PassBare(circuit, sink);
            }
        }
    }

    /// <summary>Decides what is undecided, then forgets the connection.</summary>
    private void Forget(Circuit circuit, PacketSink sink)
    {
        if (circuit.State == CircuitState.Undecided && (circuit.Connection.IsWaiting || circuit.Connection.LacksItsEnd))
        {
            circuit.Connection.Flush();
            Weigh(circuit, side: 0, default, sink);
        }

        if (circuit.State == CircuitState.Undecided)
        {
            PassBare(circuit, sink);
        }

        _held.Remove(circuit);
        _circuits.Remove(circuit);
    }

    /// <summary>
    /// After FIN of both sides or RST a circuit is remembered as long as any other that has ended; until then what comes late passes.
    /// </summary>
    private void NoteEnd(Circuit circuit, int side, in TcpSegment segment)
    {
        const TcpFlags Ending = TcpFlags.Fin | TcpFlags.Rst;
        if ((segment.Flags & Ending) != TcpFlags.None)
        {
            circuit.NoteEnd(side, segment.Time);
            if ((segment.Flags & TcpFlags.Rst) != TcpFlags.None)
            {
                circuit.NoteEnd(1 - side, segment.Time);
            }
        }

        if (circuit is { State: CircuitState.ChannelAccess, BothEnded: true, HasEnded: false })
        {
            _circuits.End(circuit, CircuitState.ChannelAccess);
        }
    }

    /// <summary>Searches over TCP name servers, too; a segment that is not all of their replies is not looked into.</summary>
    private void LearnFromReplies(in TcpSegment segment)
    {
        var payload = segment.Payload;
        if (payload.Length < CaHeader.Size || payload[0] != 0 || payload[1] != (byte)CaCommand.Search)
        {
            return;
        }

        while (CaHeader.TryRead(payload, out var header) == System.Buffers.OperationStatus.Done && header.MessageLength <= payload.Length)
        {
            if (header is not { Command: CaCommand.Search, PayloadSize: 0 or 8, DataCount: 0, DataType: >= MinServerPort })
            {
                return;
            }

            _learned.Learn(Transport.Tcp, segment.Source, new CaMessage { Header = header });
            payload = payload[(int)header.MessageLength..];
        }
    }
}
