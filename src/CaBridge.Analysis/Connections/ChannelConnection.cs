using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Connections;

/// <summary>Receives each channel's waterfall once, at its first value or its end; the reference is valid during the call only.</summary>
public delegate void ConnectionHandler(in ChannelConnection connection);

/// <summary>The waterfall of one channel whose CREATE_CHAN was seen: where the time went from its first SEARCH to its first value.</summary>
public readonly record struct ChannelConnection
{
    public const int StageCount = (int)ConnectionStage.FirstValue + 1;
    public const int WaitCount = (int)ConnectionWait.Client + 1;

    public PvName Pv { get; init; }

    /// <summary>The circuit's.</summary>
    public Endpoint Client { get; init; }

    public Endpoint Server { get; init; }

    /// <summary>The first SEARCH; where none was seen, CREATE_CHAN.</summary>
    public CaptureTime Start { get; init; }

    /// <summary>Nanoseconds by <see cref="ConnectionStage"/>, none negative. Their sum is <see cref="Total"/>, exactly.</summary>
    public StageDurations Stages { get; init; }

    /// <summary>Of <see cref="Stages"/>, what was on the way; the rest of a stage is who had to act in it.</summary>
    public StageDurations Networks { get; init; }

    /// <summary>Nanoseconds by <see cref="ConnectionWait"/>, none negative. Their sum is <see cref="Total"/>, exactly.</summary>
    public WaitDurations Waits { get; init; }

    /// <summary>From <see cref="Start"/> to the last that the channel reached.</summary>
    public CaptureDuration Total { get; init; }

    public ConnectionResult Result { get; init; }

    /// <summary>Whether a search of it was seen, and not only its CREATE_CHAN.</summary>
    public bool WasSearched { get; init; }

    /// <summary>Whether its circuit was made while it waited.</summary>
    public bool WaitedForCircuit { get; init; }

    /// <summary>SEARCH requests with a sequence number of their own; 0 where none was seen.</summary>
    public int Tries { get; init; }

    /// <summary>From the sensor to the server and back, the shortest that the circuit showed; null where TCP did not tell.</summary>
    public CaptureDuration? RoundTrip { get; init; }

    /// <summary>Since the client had lost this channel to a server that closed its circuit; null for a first connection.</summary>
    public CaptureDuration? Without { get; init; }

    public bool IsReconnection => Without is not null;

    /// <summary>Frame of the first SEARCH, or of CREATE_CHAN.</summary>
    public long FirstFrame { get; init; }

    /// <summary>Frame of the last that the channel reached.</summary>
    public long LastFrame { get; init; }

    public CaptureDuration this[ConnectionStage stage] => new(Stages[(int)stage]);

    public CaptureDuration this[ConnectionWait wait] => new(Waits[(int)wait]);
}

/// <summary>Nanoseconds by <see cref="ConnectionStage"/>.</summary>
[InlineArray(ChannelConnection.StageCount)]
public struct StageDurations
{
    private long _first;
}

/// <summary>Nanoseconds by <see cref="ConnectionWait"/>.</summary>
[InlineArray(ChannelConnection.WaitCount)]
public struct WaitDurations
{
    private long _first;
}
