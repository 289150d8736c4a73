using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Tcp;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// SYN to SYN/ACK. It is told when the connection has turned out to be a circuit; one that never carried a byte is told when it ends, if its
/// address is known for Channel Access: what answers searches and is dead on TCP must show.
/// </summary>
internal sealed class ConnectCorrelator(AnalyzerOptions options, LearnedEndpoints learned, TransactionLog log)
{
    /// <summary>Takes what a segment says about the connection itself, and where the byte streams begin.</summary>
    public static void Take(Circuit circuit, int side, in TcpSegment segment)
    {
        var handshake = circuit.Handshake;
        switch (segment.Flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst))
        {
            case TcpFlags.Syn:
                Start(circuit, side, segment.FirstByte);
                circuit.ClientSide = side;
                handshake.TakeSyn(segment);
                break;
            case TcpFlags.Syn | TcpFlags.Ack:
                Start(circuit, side, segment.FirstByte);
                Start(circuit, 1 - side, segment.AcknowledgmentNumber);
                circuit.ClientSide = 1 - side;
                handshake.TakeSynAck(segment);
                break;
            case TcpFlags.Rst or (TcpFlags.Rst | TcpFlags.Ack) when handshake.HasSyn && !handshake.HasSynAck && side != circuit.ClientSide:
                handshake.TakeRefusal(segment);
                break;
            case TcpFlags.Ack when handshake.HasSyn && !handshake.HasSynAck && side == circuit.ClientSide:
                // The SYN/ACK is missing in the capture; the client's first ACK tells where the server's bytes begin.
                Start(circuit, 1 - side, segment.AcknowledgmentNumber);
                break;
        }

        if (segment.PayloadLength > 0)
        {
            handshake.NoteFirst(side, segment.FirstByte);
        }
    }

    /// <summary>The connection is a circuit.</summary>
    public void Accepted(Circuit circuit)
    {
        var handshake = circuit.Handshake;
        if (handshake.HasSyn || handshake.HasSynAck)
        {
            Tell(circuit, handshake.HasSynAck ? Outcome.Answered : Outcome.LostInGap, circuit.LastSeen);
        }
    }

    /// <summary>Tells a SYN that nothing has answered within the timeout.</summary>
    public void Expire(Circuit circuit, CaptureTime now)
    {
        var handshake = circuit.Handshake;
        if (circuit.State == CircuitState.Undecided && handshake is { HasSyn: true, HasSynAck: false, Refused: false, IsTold: false }
            && now - handshake.SynAt > options.Timeout && IsChannelAccess(circuit))
        {
            Tell(circuit, Outcome.TimedOut, now);
            handshake.IsOverdue = true;
        }
    }

    /// <summary>The connection is over, or the recording.</summary>
    public void Ended(Circuit circuit, Outcome outcome, CaptureTime now)
    {
        var handshake = circuit.Handshake;
        if (circuit.State == CircuitState.SomethingElse || !handshake.HasSyn || !IsChannelAccess(circuit))
        {
            return;
        }

        if (handshake.Refused)
        {
            Tell(circuit, Outcome.Failed, now);
        }
        else if (handshake.HasSynAck)
        {
            Tell(circuit, Outcome.Answered, now);
        }
        else
        {
            // bytes of the server, or what the client acknowledged, show that it had answered
            Tell(circuit, handshake.HasHeard(1 - circuit.ClientSide) ? Outcome.LostInGap : now - handshake.SynAt > options.Timeout ? Outcome.TimedOut : outcome, now);
        }
    }

    private static void Start(Circuit circuit, int side, uint firstSequence)
    {
        if (circuit.Handshake.SetStart(side, firstSequence))
        {
            circuit.Connection.StartAt(side, new SequenceNumber(firstSequence));
        }
    }

    private bool IsChannelAccess(Circuit circuit) =>
        learned.IsServer(circuit.Server) || (circuit.Server.Port == LearnedEndpoints.ServerPort && !circuit.Handshake.HasSynAck);

    private void Tell(Circuit circuit, Outcome outcome, CaptureTime now)
    {
        var handshake = circuit.Handshake;
        if (handshake.IsTold)
        {
            if (handshake.IsOverdue && outcome is Outcome.Answered or Outcome.Failed)
            {
                handshake.IsOverdue = false;
                log.Late(handshake.AnswerFrame);
            }

            return;
        }

        handshake.IsTold = true;
        if (handshake.HasSyn)
        {
            log.Requested(Operation.Connect);
        }

        var replied = outcome is Outcome.Answered or Outcome.Failed;
        log.Ended(new Transaction
        {
            Operation = Operation.Connect,
            Outcome = handshake.HasSyn ? outcome : Outcome.NoRequest,
            Client = circuit.Client,
            Server = circuit.Server,
            RequestedAt = handshake.HasSyn ? handshake.SynAt : handshake.AnsweredAt,
            Latency = handshake.HasSyn && replied ? CaptureDuration.NotNegative(handshake.AnsweredAt - handshake.SynAt) : null,
            EndedAt = replied ? handshake.AnsweredAt : now,
            Status = outcome == Outcome.Answered ? EcaStatus.Normal : 0,
            RequestFrame = handshake.HasSyn ? handshake.SynFrame : 0,
            ReplyFrame = replied ? handshake.AnswerFrame : 0,
            Tries = Math.Max(handshake.SynTries, 1),
            FanOut = 1,
        });
    }
}
