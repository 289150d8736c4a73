using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>A channel on its way from CREATE_CHAN to its first value, with the search that found its server.</summary>
internal struct ConnectingChannel
{
    public PvName Pv;

    /// <summary>Of no meaning where none was seen (<see cref="WasSearched"/>).</summary>
    public AnsweredSearch Search;
    public bool WasSearched;

    public CaptureTime CreateAt;
    public long CreateFrame;
    public CaptureTime RightsAt;
    public CaptureTime CreatedAt;

    /// <summary>What of the time from CREATE_CHAN to its reply was on the way, told when the reply came.</summary>
    public CaptureDuration? CreateNetwork;
    public CaptureTime ValueAskedAt;
    public CaptureTime ValueAt;
    public long LastFrame;

    /// <summary>Since the channel was lost; null for a first connection.</summary>
    public CaptureDuration? Without;

    public bool HasRights;
    public bool IsCreated;
    public bool IsValueAsked;

    /// <summary>The waterfall as far as it came.</summary>
    public readonly ChannelConnection Describe(Circuit circuit, ConnectionResult result)
    {
        var towardsServer = circuit.ClientSide < 0 ? null : circuit.RoundTrip.Shortest(circuit.ClientSide);
        var towardsClient = circuit.ClientSide < 0 ? null : circuit.RoundTrip.Shortest(1 - circuit.ClientSide);
        var start = WasSearched ? Search.FirstAt : CreateAt;
        var clock = new StageClock(start, towardsServer, towardsClient);
        var waited = WasSearched && circuit.Handshake is { HasSyn: true, HasSynAck: true } && circuit.Handshake.AnsweredAt > Search.AnsweredAt;
        if (WasSearched)
        {
            clock.Wait(ConnectionStage.SearchRetries, Search.LastAt);
            clock.Ask(ConnectionStage.SearchReply, Search.AnsweredAt);
            if (waited)
            {
                clock.Pause(ConnectionStage.BeforeConnect, circuit.Handshake.SynAt);
                clock.Travel(ConnectionStage.Connect, circuit.Handshake.AnsweredAt);
                if (circuit.ClientMinorVersion is not null)
                {
                    clock.Pause(ConnectionStage.Version, Earlier(circuit.ClientVersionAt, CreateAt));
                }
            }

            clock.Pause(ConnectionStage.BeforeCreate, CreateAt);
        }

        if (IsCreated)
        {
            clock.Ask(ConnectionStage.AccessRights, HasRights ? RightsAt : CreateAt, CreateNetwork);
            clock.Ask(ConnectionStage.CreateReply, CreatedAt, Rest(CreateNetwork, clock[ConnectionStage.AccessRights]));
        }

        if (result == ConnectionResult.Value)
        {
            clock.Pause(ConnectionStage.BeforeRequest, ValueAskedAt);
            clock.Ask(ConnectionStage.FirstValue, ValueAt, circuit.NetworkWithin(ValueAskedAt, CaptureDuration.NotNegative(ValueAt - ValueAskedAt)));
        }

        return new ChannelConnection
        {
            Pv = Pv,
            Client = circuit.Client,
            Server = circuit.Server,
            Start = start,
            Stages = clock.Stages,
            Networks = clock.Networks,
            Waits = clock.Waits,
            Total = clock.Elapsed,
            Result = result,
            WasSearched = WasSearched,
            WaitedForCircuit = waited,
            Tries = WasSearched ? Search.Tries : 0,
            RoundTrip = towardsServer,
            Without = Without,
            FirstFrame = WasSearched ? Search.Frame : CreateFrame,
            LastFrame = LastFrame,
        };
    }

    private static CaptureTime Earlier(CaptureTime one, CaptureTime other) => one < other ? one : other;

    /// <summary>What of the way is left where a stage before took a part of it.</summary>
    private static CaptureDuration? Rest(CaptureDuration? network, CaptureDuration used) =>
        network is { } whole ? CaptureDuration.NotNegative(whole - used) : null;

    public void Keep(StateArchive archive)
    {
        (Pv, Search, WasSearched) = (archive.Name(Pv), archive.Value(Search), archive.Value(WasSearched));
        (CreateAt, CreateFrame, RightsAt, CreatedAt) = (archive.Value(CreateAt), archive.Value(CreateFrame), archive.Value(RightsAt), archive.Value(CreatedAt));
        (CreateNetwork, ValueAskedAt, ValueAt) = (archive.Optional(CreateNetwork), archive.Value(ValueAskedAt), archive.Value(ValueAt));
        (LastFrame, Without) = (archive.Value(LastFrame), archive.Optional(Without));
        (HasRights, IsCreated, IsValueAsked) = (archive.Value(HasRights), archive.Value(IsCreated), archive.Value(IsValueAsked));
    }
}
