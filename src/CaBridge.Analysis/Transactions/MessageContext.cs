using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Transactions;

/// <summary>Where and when a message stands.</summary>
internal readonly ref struct MessageContext(Circuit circuit, CircuitOperations operations, CaptureTime time, long frame, long bytes)
{
    public Circuit Circuit { get; } = circuit;

    public CircuitOperations Operations { get; } = operations;

    public CaptureTime Time { get; } = time;

    public long Frame { get; } = frame;

    public long Bytes { get; } = bytes;

    public PendingOperation Request(Operation operation, PvName? pv, uint sid) => new(operation, pv, sid, Time, Frame, (uint)Bytes);

    /// <summary>This message ends a request without answering it.</summary>
    public CircuitEnd End(Outcome outcome) => new(Circuit, outcome, Time);
}

/// <summary>Why a circuit's requests will not be answered any more.</summary>
/// <param name="Now">Capture time of that; what had waited longer than the timeout by then has timed out.</param>
internal readonly record struct CircuitEnd(Circuit Circuit, Outcome Outcome, CaptureTime Now);

/// <summary>When, in which frame and in how many bytes a message came.</summary>
internal readonly record struct MessageStamp(CaptureTime Time, long Frame, long Bytes);
