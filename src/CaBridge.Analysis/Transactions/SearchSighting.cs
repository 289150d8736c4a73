using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Transactions;

/// <summary>Receives each step of a search over UDP as it is seen; the reference is valid during the call only.</summary>
public delegate void SearchHandler(in SearchSighting sighting);

public enum SearchSightingKind : byte
{
    /// <summary>A request, the first of its datagram's sequence number; each one where the client sends none.</summary>
    Try = 0,

    /// <summary>The same request, to one more address.</summary>
    Copy = 1,

    /// <summary>The first reply of a search that began.</summary>
    Answer = 2,
}

/// <summary>One step of a search over UDP.</summary>
/// <param name="Client">The socket that searches.</param>
public readonly record struct SearchSighting(Endpoint Client, PvName Name, CaptureTime At, SearchSightingKind Kind);
