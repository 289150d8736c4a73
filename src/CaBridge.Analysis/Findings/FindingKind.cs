namespace CaBridge.Analysis.Findings;

/// <summary>What an operator is told of; in the order in which it matters where all else is equal.</summary>
public enum FindingKind : byte
{
    /// <summary>A server lost its circuits, came back, and its channels were created again; or it has not come back.</summary>
    ServerRestart = 0,

    /// <summary>A server answers searches, and nobody can connect to it.</summary>
    DeadTcp = 1,

    /// <summary>An end of a circuit that does not answer any more: echoes, or bytes that are never acknowledged.</summary>
    UnresponsiveCircuit = 2,

    /// <summary>One name, two servers.</summary>
    DuplicatePv = 3,

    /// <summary>A name that is searched again and again, and nobody has.</summary>
    OrphanSearch = 4,

    /// <summary>Far more searches than usual.</summary>
    SearchStorm = 5,

    /// <summary>A put with callback behind another one of its channel: the server blocks the circuit meanwhile.</summary>
    HeadOfLine = 6,

    /// <summary>A request without reply, while later ones were answered.</summary>
    SkippedRequest = 7,

    /// <summary>CREATE_CHAN that took far longer than others.</summary>
    SlowCreate = 8,

    /// <summary>A client that does not take its updates in time.</summary>
    SlowConsumer = 9,

    /// <summary>Replies that tell of errors.</summary>
    ErrorStatus = 10,

    /// <summary>Reading or writing was refused, or the right to it is not given.</summary>
    AccessDenied = 11,

    /// <summary>Beacons that come too soon, too late, or no more.</summary>
    BeaconAnomaly = 12,

    /// <summary>The network delayed operations, or a request was made that the circuit's version does not have.</summary>
    Transport = 13,

    /// <summary>One server that answers from two addresses.</summary>
    MultiHomedServer = 14,
}
