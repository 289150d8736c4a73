namespace CaBridge.Analysis.Transactions;

/// <summary>
/// How an operation ended. For each operation, always: requests = answered + failed + pending + timed out + circuit closed + lost in gap;
/// a reply whose request was not seen is <see cref="NoRequest"/> and stands outside that sum.
/// </summary>
public enum Outcome : byte
{
    /// <summary>A reply with ECA_NORMAL, or one that has no status.</summary>
    Answered = 0,

    /// <summary>A reply with another status, ERROR, NOT_FOUND, CREATE_CH_FAIL, or RST to a SYN.</summary>
    Failed = 1,

    /// <summary>
    /// No reply until the recording ended, or until it was watched no longer because a table was full (<see cref="AnomalyKind.TableEvicted"/>) or
    /// its circuit silent for ten minutes, and the timeout not over.
    /// </summary>
    Pending = 2,

    /// <summary>No reply within the timeout, in capture time. A later one is counted as an anomaly, and told as <see cref="Transaction.Latency"/>
    /// where the operation was not told before (<see cref="Analyzer.AdvanceTo"/> tells it when its time is over).</summary>
    TimedOut = 3,

    /// <summary>The circuit or channel ended first.</summary>
    CircuitClosed = 4,

    /// <summary>No reply seen, and the capture missed bytes in which it may have been.</summary>
    LostInGap = 5,

    /// <summary>A reply without a request: what began before the recording, or in a gap.</summary>
    NoRequest = 6,
}
