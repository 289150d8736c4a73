using CaBridge.Analysis.State;
using CaBridge.Analysis.Tcp;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.ChannelAccess;

internal enum CircuitState : byte
{
    /// <summary>Not enough bytes to tell what it carries.</summary>
    Undecided = 0,
    ChannelAccess,
    SomethingElse,
    Closed,
}

/// <summary>
/// One instance of a TCP connection, which may be a circuit: the same two endpoints with a new SYN are another one. Sides are 0 and 1, in the
/// order of <see cref="FlowKey"/>.
/// </summary>
internal sealed class Circuit
{
    private int _endedSides;

    /// <param name="place">Its own for ever, among all that the table has made.</param>
    public Circuit(AnalyzerOptions options, HeldMemory memory, AnomalyLog anomalies, int dataLimit, int place)
    {
        Place = place;
        Connection = new TcpConnection(options.MaxOutOfOrderBytes, memory, anomalies);
        Decoders = [new CaStreamDecoder(dataLimit, anomalies), new CaStreamDecoder(dataLimit, anomalies)];
    }

    public int Place { get; }

    public FlowKey Key { get; private set; }

    public TcpConnection Connection { get; }

    public CircuitState State { get; set; }

    /// <summary>Which side made the connection; -1 while unknown.</summary>
    public int ClientSide
    {
        get;
        set
        {
            field = value;
            Client = value == 1 ? Key.Second : Key.First;
            Server = value == 1 ? Key.First : Key.Second;
        }
    }

    public CaStreamDecoder[] Decoders { get; }

    /// <summary>What came before <see cref="State"/> was decided.</summary>
    public HeldChunks Held { get; } = new();

    /// <summary>Points for Channel Access so far, by side (<see cref="CaRecognizer"/>).</summary>
    public int[] Evidence { get; } = new int[2];

    /// <summary>Chunks in which nothing spoke for Channel Access.</summary>
    public int Misses { get; set; }

    public Handshake Handshake { get; } = new();

    public RoundTrip RoundTrip { get; } = new();

    /// <summary>What it has open, from the moment it is known to be a circuit to its end: most connections of a host are none.</summary>
    public CircuitOperations? Operations { get; set; }

    /// <summary>Whether the table has taken it from the open ones.</summary>
    public bool HasEnded { get; set; }

    public CaptureTime FirstSeen { get; private set; }

    public CaptureTime LastSeen { get; set; }

    public long LastFrame { get; set; }

    /// <summary>What CLIENT_NAME said last; empty before.</summary>
    public string UserName { get; set; } = "";

    /// <summary>What HOST_NAME said last; empty before.</summary>
    public string HostName { get; set; } = "";

    /// <summary>As VERSION told; null before.</summary>
    public uint? ClientMinorVersion { get; private set; }

    /// <summary>When the client's VERSION came; of no meaning before.</summary>
    public CaptureTime ClientVersionAt { get; private set; }

    /// <summary>As VERSION told; null before.</summary>
    public uint? ServerMinorVersion { get; private set; }

    /// <summary>0 to 99, as the client's VERSION told; null before.</summary>
    public uint? Priority { get; private set; }

    /// <summary>Operations that ended on it, and replies without request.</summary>
    public long Transactions { get; set; }

    /// <summary>Frames and bytes on the wire, until they are counted as Channel Access.</summary>
    public long Frames { get; set; }

    public long Bytes { get; set; }

    /// <summary>Neighbours in the order of <see cref="LastSeen"/>.</summary>
    public Circuit? Newer { get; set; }

    public Circuit? Older { get; set; }

    /// <summary>The client's endpoint; where it is unknown, the first of the two.</summary>
    public Endpoint Client { get; private set; }

    public Endpoint Server { get; private set; }

    /// <summary>When the first FIN came: from then on no request is answered any more; null while both sides are open.</summary>
    public CaptureTime? EndedAt { get; private set; }

    /// <summary>Which side sent FIN or RST first; -1 while none has.</summary>
    public int EndingSide { get; private set; }

    /// <summary>Whether it was the server that ended it, in order or not.</summary>
    public bool IsEndedByServer => EndingSide >= 0 && SenderOf(EndingSide) == Sender.Server;

    /// <summary>Whether both sides have sent FIN.</summary>
    public bool BothEnded => _endedSides == 3;

    private CaptureTime LastServerGap { get; set; }

    private CaptureTime LastClientGap { get; set; }

    private bool ServerHidden { get; set; }

    /// <summary>A circuit of these endpoints that nothing is known of.</summary>
    public void Reset(FlowKey key, CaptureTime firstSeen)
    {
        Key = key;
        FirstSeen = firstSeen;
        UserName = HostName = "";
        ClientMinorVersion = ServerMinorVersion = Priority = null;
        Transactions = 0;
        Connection.Reset();
        State = CircuitState.Undecided;
        HasEnded = false;
        ClientSide = -1;
        Held.Clear();
        Evidence[0] = Evidence[1] = 0;
        Misses = 0;
        Handshake.Reset();
        RoundTrip.Reset();
        Frames = Bytes = 0;
        EndedAt = null;
        EndingSide = -1;
        _endedSides = 0;
        LastServerGap = LastClientGap = new CaptureTime(long.MinValue);
        ServerHidden = false;
        foreach (var decoder in Decoders)
        {
            decoder.Reset(midStream: true);
        }
    }

    public Endpoint EndpointOf(int side) => side == 0 ? Key.First : Key.Second;

    public Sender SenderOf(int side) => ClientSide < 0 ? Sender.Unknown : side == ClientSide ? Sender.Client : Sender.Server;

    public void NoteClient(uint minorVersion, uint priority, CaptureTime at) => (ClientMinorVersion, Priority, ClientVersionAt) = (minorVersion, priority, at);

    public void NoteServer(uint minorVersion) => ServerMinorVersion = minorVersion;

    /// <summary>A side has sent FIN.</summary>
    public void NoteEnd(int side, CaptureTime time)
    {
        NoteEnding(side);
        EndedAt ??= time;
        _endedSides |= 1 << side;
    }

    /// <summary>A side has sent FIN or RST.</summary>
    public void NoteEnding(int side) => EndingSide = EndingSide < 0 ? side : EndingSide;

    /// <summary>Bytes of a side are missing before <paramref name="time"/>; for good if the snap length cut them.</summary>
    public void NoteMissing(int side, CaptureTime time, bool forGood)
    {
        if (side == ClientSide)
        {
            LastClientGap = time;
            Operations!.NoteClientGap(time);
        }
        else
        {
            LastServerGap = time > LastServerGap ? time : LastServerGap;
            ServerHidden |= forGood;
        }
    }

    /// <summary>
    /// Whether a reply to a request of that time may be another's: its own reply may be missing, and a later request that used its cid again.
    /// Clients may do so right after CLEAR_CHANNEL; ioids come back only when their counter wraps.
    /// </summary>
    public bool MayConfuseReplyTo(CaptureTime requestedAt) => MayHaveMissedReplyTo(requestedAt) && requestedAt <= LastClientGap;

    /// <summary>What of an answer's time was on the way to the server and back; null where TCP did not tell.</summary>
    public CaptureDuration? NetworkWithin(CaptureTime requestedAt, CaptureDuration whole) =>
        ClientSide < 0 ? null : RoundTrip.Within(ClientSide, requestedAt, whole);

    public bool MayHaveMissedReplyTo(CaptureTime requestedAt) => ServerHidden || requestedAt <= LastServerGap;

    /// <summary>But for its place, and its part in lists.</summary>
    public void Keep(StateArchive archive)
    {
        (Key, State, HasEnded) = (archive.Value(Key), archive.Value(State), archive.Value(HasEnded));
        ClientSide = archive.Value(ClientSide);
        Connection.Keep(archive);
        Decoders[0].Keep(archive);
        Decoders[1].Keep(archive);
        Held.Keep(archive);
        archive.Values<int>(Evidence);
        Misses = archive.Value(Misses);
        Handshake.Keep(archive);
        RoundTrip.Keep(archive);
        Operations?.Keep(archive);
        (FirstSeen, LastSeen, LastFrame) = (archive.Value(FirstSeen), archive.Value(LastSeen), archive.Value(LastFrame));
        (UserName, HostName) = (archive.Text(UserName), archive.Text(HostName));
        (ClientMinorVersion, ClientVersionAt) = (archive.Optional(ClientMinorVersion), archive.Value(ClientVersionAt));
        (ServerMinorVersion, Priority) = (archive.Optional(ServerMinorVersion), archive.Optional(Priority));
        (Transactions, Frames, Bytes) = (archive.Value(Transactions), archive.Value(Frames), archive.Value(Bytes));
        (EndedAt, EndingSide, _endedSides) = (archive.Optional(EndedAt), archive.Value(EndingSide), archive.Value(_endedSides));
        (LastServerGap, LastClientGap, ServerHidden) = (archive.Value(LastServerGap), archive.Value(LastClientGap), archive.Value(ServerHidden));
    }
}
