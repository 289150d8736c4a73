using CaBridge.Analysis;

namespace CaBridge.Cli.Rendering;

/// <summary>Anomalies in words, to be read after their number.</summary>
internal static class AnomalyText
{
    public static string Words(AnomalyKind kind) => kind switch
    {
        AnomalyKind.DuplicateFrame => "frames recorded twice",
        AnomalyKind.FrameOutOfOrder => "frames earlier than the one before",
        AnomalyKind.FrameCut => "frames cut by the snap length",
        AnomalyKind.FrameMalformed => "frames with contradictory headers",
        AnomalyKind.FragmentsIncomplete => "datagrams with IP fragments missing",
        AnomalyKind.TcpRetransmission => "TCP retransmissions",
        AnomalyKind.TcpOutOfOrder => "TCP segments out of order",
        AnomalyKind.TcpGap => "gaps: TCP bytes the capture does not have",
        AnomalyKind.CircuitMidStream => "circuits that began before the capture",
        AnomalyKind.CircuitCut => "directions given up at the snap length",
        AnomalyKind.MessageResync => "searches for the next message",
        AnomalyKind.MessageMalformed => "messages the protocol does not allow",
        AnomalyKind.DirectionUnknown => "circuits with unknown client",
        AnomalyKind.ReplyLate => "replies after the timeout",
        AnomalyKind.ReplyDuplicate => "further replies to what was answered",
        AnomalyKind.IdReused => "ids used again while pending",
        AnomalyKind.TableEvicted => "entries given up by a full table",
        _ => Name(kind),
    };

    /// <summary>As JSON has it: <c>duplicate_frame</c>.</summary>
    public static string Name(AnomalyKind kind) =>
        string.Concat(kind.ToString().Select((letter, i) => char.IsUpper(letter) && i > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
