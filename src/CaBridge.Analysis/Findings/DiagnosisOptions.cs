namespace CaBridge.Analysis.Findings;

/// <summary>From when on something is told as a finding. Durations are capture time.</summary>
public sealed record DiagnosisOptions
{
    /// <summary>Two servers that answer the same search within this time have the same name.</summary>
    public CaptureDuration DuplicateWindow { get; init; } = CaptureDuration.FromSeconds(30);

    /// <summary>A search without reply is an orphan when this time has passed, or will have before the client asks again.</summary>
    public CaptureDuration OrphanAfter { get; init; } = CaptureDuration.FromSeconds(10);

    /// <summary>And when it was sent so many times, each with a sequence number of its own.</summary>
    public int OrphanTries { get; init; } = 3;

    /// <summary>Searches per second are a storm beyond so many times their usual rate.</summary>
    public double StormFactor { get; init; } = 10;

    /// <summary>And beyond this rate, per second: a few programs that start are no storm.</summary>
    public double StormRate { get; init; } = 100;

    /// <summary>A SYN to a server that answers searches is in vain after this time without reply.</summary>
    public CaptureDuration DeadAfter { get; init; } = CaptureDuration.FromSeconds(2);

    /// <summary>CREATE_CHAN is slow beyond this, less the network's round trip.</summary>
    public CaptureDuration SlowCreate { get; init; } = CaptureDuration.FromSeconds(1);

    /// <summary>Or beyond so many times the server's 95th percentile, once it has created enough channels to have one.</summary>
    public double SlowCreateFactor { get; init; } = 3;

    /// <summary>But not below this, where nobody would notice.</summary>
    public CaptureDuration SlowCreateFloor { get; init; } = CaptureDuration.FromMilliseconds(50);

    /// <summary>An ECHO is overdue after this time, as libca has it (<c>CA_ECHO_TIMEOUT</c>); so are bytes that are sent again and again.</summary>
    public CaptureDuration EchoTimeout { get; init; } = CaptureDuration.FromSeconds(5);

    /// <summary>A client that switches its events off for longer is too slow.</summary>
    public CaptureDuration EventsOff { get; init; } = CaptureDuration.FromSeconds(1);

    /// <summary>So is one whose receive window is closed for longer: servers probe it from then on (the shortest retransmission timeout of Linux).</summary>
    public CaptureDuration ZeroWindow { get; init; } = CaptureDuration.FromMilliseconds(200);

    /// <summary>A beacon is late beyond so many times the average interval, and early below that divided by it (libca, <c>bhe.cpp</c>: 1.25, 0.80).</summary>
    public double BeaconFactor { get; init; } = 1.25;

    /// <summary>No beacon for longer, while a circuit to the server is alive: they do not come through.</summary>
    public CaptureDuration BeaconSilence { get; init; } = CaptureDuration.FromSeconds(30);

    /// <summary>A server restarts where all its circuits end within this time.</summary>
    public CaptureDuration RestartWindow { get; init; } = CaptureDuration.FromSeconds(1);

    /// <summary>A server that ended all its circuits is gone if it is not back by then.</summary>
    public CaptureDuration GoneAfter { get; init; } = CaptureDuration.FromSeconds(30);

    /// <summary>Operations are slow, for what the network does to them, beyond this less the round trip.</summary>
    public CaptureDuration SlowOperation { get; init; } = CaptureDuration.FromMilliseconds(50);

    /// <summary>Segments sent again are worth telling beyond this share of a circuit's, if there are at least ten.</summary>
    public double RetransmissionShare { get; init; } = 0.01;

    /// <summary>What has not been seen again for so long goes on no more.</summary>
    public CaptureDuration QuietAfter { get; init; } = CaptureDuration.FromSeconds(60);

    /// <summary>Findings of one kind held; further ones are counted together.</summary>
    public int MaxFindingsPerKind { get; init; } = 500;

    /// <summary>Servers, and clients, watched.</summary>
    public int MaxHosts { get; init; } = 16_384;
}
