namespace CaBridge.Analysis.Findings;

/// <summary>What one advertiser's beacons have shown.</summary>
internal sealed class BeaconState
{
    public uint LastId;
    public CaptureTime LastAt;

    /// <summary>When any beacon of it came last, also one that is passed over.</summary>
    public CaptureTime SeenAt;
    public long LastFrame;

    /// <summary>One of the endpoints of the server that has this one; itself where it has no other.</summary>
    public Endpoint Group;

    /// <summary>The latest; null before there were two beacons.</summary>
    public CaptureDuration? Interval;

    /// <summary>Intervals in a row that were like the one before.</summary>
    public int Agreements;

    /// <summary>The moving average; judged only once it is steady, which the intervals of a server that starts are not.</summary>
    public double AverageNanoseconds;
    public bool IsSteady;

    /// <summary>When the id fell back to the first one, and the next is awaited that shows a start; else null.</summary>
    public CaptureTime? BeganAt;
    public long BeganFrame;
}

/// <summary>Advertisers by the endpoint that they advertise; bounded.</summary>
internal sealed class BeaconTable(int limit)
{
    /// <summary>A server sends its beacon to all its networks at once.</summary>
    private static readonly CaptureDuration AtOnce = CaptureDuration.FromMilliseconds(10);

    private readonly Dictionary<Endpoint, BeaconState> _states = [];
    private readonly Dictionary<(ushort TcpPort, ushort SourcePort), (Endpoint Server, uint Id, CaptureTime At)> _sockets = [];

    public BeaconState? Find(Endpoint server) => _states.GetValueOrDefault(server);

    /// <returns>Null where there are too many.</returns>
    public BeaconState? GetOrAdd(Endpoint server)
    {
        if (!_states.TryGetValue(server, out var state) && _states.Count < limit)
        {
            _states.Add(server, state = new BeaconState { Group = server });
        }

        return state;
    }

    /// <summary>Takes the UDP port that a beacon came from, as a server sends all its beacons through one socket: to find servers with several addresses.</summary>
    public void NoteSocket(BeaconState state, Endpoint server, ushort sourcePort, uint id, CaptureTime at)
    {
        var socket = (server.Port, sourcePort);
        if (_sockets.TryGetValue(socket, out var latest) && latest.Server != server && latest.Id == id
            && at - latest.At <= AtOnce && Find(latest.Server) is { } twin)
        {
            state.Group = twin.Group;
        }

        if (_sockets.Count < limit || _sockets.ContainsKey(socket))
        {
            _sockets[socket] = (server, id, at);
        }
    }

    /// <summary>
    /// Whether two endpoints are one server: the same TCP port, and beacons of the same id, at once and from the same UDP port. Servers that were started
    /// together count the same ids at nearly the same time; their sockets tell them apart.
    /// </summary>
    public bool AreOne(Endpoint one, Endpoint other) =>
        one == other || (Find(one) is { } first && Find(other) is { } second && first.Group == second.Group);
}
