using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Live;

/// <summary>How often a client searched a name; <c>default</c> is never.</summary>
internal struct SearchActivity
{
    /// <summary>SEARCH requests, each copy of each datagram.</summary>
    public long Requests { get; private set; }

    /// <summary>Requests, the copies of one that went to several addresses counted once.</summary>
    public long Tries { get; private set; }

    /// <summary>Searches that got a reply.</summary>
    public long Answered { get; private set; }

    public CaptureTime FirstSeen { get; private set; }

    public CaptureTime LastSeen { get; private set; }

    public void Add(in SearchSighting sighting)
    {
        FirstSeen = Requests == 0 || sighting.At < FirstSeen ? sighting.At : FirstSeen;
        LastSeen = Requests == 0 || sighting.At > LastSeen ? sighting.At : LastSeen;
        Requests += sighting.Kind == SearchSightingKind.Answer ? 0 : 1;
        Tries += sighting.Kind == SearchSightingKind.Try ? 1 : 0;
        Answered += sighting.Kind == SearchSightingKind.Answer ? 1 : 0;
    }
}
