namespace CaBridge.Analysis;

/// <summary>What a capture has that it should not, or that the analysis had to pass over. Counted, never thrown.</summary>
public enum AnomalyKind
{
    /// <summary>The same frame recorded twice (a SPAN port, several interfaces).</summary>
    DuplicateFrame,

    /// <summary>
    /// A frame earlier than one before it, beyond what the reader sorts. A lone one that is earlier by more than 10 s is analysed at the time of
    /// the frame before; of several in a row, the clock was set, and all but the first keep their time.
    /// </summary>
    FrameOutOfOrder,

    /// <summary>A frame cut by the capture's snap length.</summary>
    FrameCut,

    /// <summary>A frame whose link, IP, TCP or UDP header contradicts itself.</summary>
    FrameMalformed,

    /// <summary>IP fragments of which the rest never came.</summary>
    FragmentsIncomplete,

    /// <summary>TCP payload that had been seen before.</summary>
    TcpRetransmission,

    /// <summary>TCP segments recorded before an earlier one that came after all; behind what never came, segments are in order.</summary>
    TcpOutOfOrder,

    /// <summary>Bytes of a circuit that the capture does not have; the count is of gaps.</summary>
    TcpGap,

    /// <summary>A circuit whose beginning the capture does not have.</summary>
    CircuitMidStream,

    /// <summary>A direction of a circuit that is not decoded any further because the snap length cut it; its bytes from there on, seen or not.</summary>
    CircuitCut,

    /// <summary>
    /// A place where a direction lost the message boundary and searched for the next one, found or not; the bytes of the message that was lost
    /// there, those searched, and messages behind it that were not believed.
    /// </summary>
    MessageResync,

    /// <summary>A message that the protocol does not allow, such as an unknown command.</summary>
    MessageMalformed,

    /// <summary>A circuit of which neither end is known to be the client.</summary>
    DirectionUnknown,

    /// <summary>A reply that came after its operation had timed out.</summary>
    ReplyLate,

    /// <summary>A further reply to what was answered already (searches: another server, or the same one again).</summary>
    ReplyDuplicate,

    /// <summary>An id that was used again while its operation was pending.</summary>
    IdReused,

    /// <summary>What a bounded table had to give up because it was full.</summary>
    TableEvicted,
}

/// <summary>Anomalies of one kind.</summary>
/// <param name="Count">Times it was seen.</param>
/// <param name="FirstFrame">Where first; 0 if no frame tells.</param>
/// <param name="Bytes">Bytes passed over or missing on its account.</param>
public readonly record struct AnomalyCount(AnomalyKind Kind, long Count, long FirstFrame, long Bytes);
