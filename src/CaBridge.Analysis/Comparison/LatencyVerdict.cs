namespace CaBridge.Analysis.Comparison;

/// <summary>What became of the latencies of a group; in the order in which it matters.</summary>
public enum LatencyVerdict : byte
{
    Slower = 0,
    Faster = 1,

    /// <summary>Only the second capture has it.</summary>
    New = 2,

    /// <summary>Only the first capture has it.</summary>
    Gone = 3,

    /// <summary>No difference that is both significant and large enough.</summary>
    Unchanged = 4,

    /// <summary>Too few values on a side to tell.</summary>
    TooFew = 5,
}
