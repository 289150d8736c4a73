namespace CaBridge.Analysis.Packets;

/// <summary>What an IP fragment did to its datagram.</summary>
internal enum FragmentOutcome
{
    /// <summary>Kept; others are missing.</summary>
    Incomplete,

    /// <summary>It was the last one missing.</summary>
    Complete,

    /// <summary>All of it was there already, or its datagram is complete.</summary>
    Duplicate,

    /// <summary>It contradicts itself or the fragments before it, which stay.</summary>
    Malformed,
}
