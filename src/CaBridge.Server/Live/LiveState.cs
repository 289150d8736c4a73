using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Contracts.V1;
using CaBridge.Server.Ingest;
using CaBridge.Server.Metrics;
using Grpc.Core;

namespace CaBridge.Server.Live;

/// <summary>Everything that the server knows. Only <see cref="LiveLoop"/> touches it.</summary>
internal sealed class LiveState
{
    private readonly LiveOptions _options;
    private readonly AnalyzerOptions _analyzerOptions;
    private readonly FindingOptions _findingOptions;
    private readonly Dictionary<string, SensorState> _sensors = new(StringComparer.Ordinal);
    private readonly List<SensorState> _byIndex = [];
    private readonly List<Viewer> _viewers = [];
    private readonly NameTable _names;
    private long _lostToGone;

    public LiveState(
        LiveOptions options, AnalyzerOptions analyzerOptions, LatencyFeed? latencies = null, TimeProvider? clock = null, FindingOptions? findings = null)
    {
        (_options, _analyzerOptions, _findingOptions) = (options, analyzerOptions, findings ?? new FindingOptions());
        _names = new NameTable(analyzerOptions.MaxNames);
        Sessions = new SessionTable(options.MaxSessions);
        Statistics = new LiveStatistics(options, sensor => _byIndex[sensor].Reached, latencies, clock ?? TimeProvider.System);
        Open = new OpenTables(_byIndex, Statistics.Views);
        Findings = new LiveFindings(_findingOptions, _byIndex, options.MaxViewers);
    }

    public SessionTable Sessions { get; }

    public LiveStatistics Statistics { get; }

    /// <summary>Circuits and channels that are open.</summary>
    public OpenTables Open { get; }

    /// <summary>What is wrong.</summary>
    public LiveFindings Findings { get; }

    public int ViewerCount => _viewers.Count;

    /// <summary>Packets that viewers, those that are gone included, did not get.</summary>
    public long LostToViewers => _lostToGone + _viewers.Sum(viewer => viewer.LostPackets);

    /// <summary>By name, in the order in which they first came.</summary>
    public IReadOnlyCollection<SensorState> Sensors => _sensors.Values;

    /// <summary>The latest packet of all sensors; the beginning of time before the first.</summary>
    public CaptureTime Reached => _byIndex.Max(sensor => sensor.Session.LastPacket) ?? new CaptureTime(long.MinValue);

    /// <param name="index">As <see cref="SensorState.Index"/>.</param>
    public SensorState SensorAt(int index) => _byIndex[index];

    public SensorState? FindSensor(string name) => _sensors.GetValueOrDefault(name);

    /// <exception cref="RpcException">NOT_FOUND: there is no such sensor.</exception>
    public SensorState DemandSensor(string name) =>
        FindSensor(name) ?? throw new RpcException(new Status(StatusCode.NotFound, $"there is no sensor '{name}'"));

    /// <summary>A stream begins or resumes a session, and is told from where to go on.</summary>
    public void Connect(Hello hello, AgentStream stream, string peer, DateTimeOffset now)
    {
        var session = Sessions.Find(hello.SessionId);
        if (session is not null && !string.Equals(session.Sensor, hello.Sensor, StringComparison.Ordinal))
        {
            stream.Refuse(StatusCode.InvalidArgument, $"session {session.Id} is that of sensor '{session.Sensor}'");
            return;
        }

        if (session is not null && session != _sensors[hello.Sensor].Session)
        {
            Refuse(stream, hello.Sensor);
            return;
        }

        if (session is null || session.HasTimedOut)
        {
            if (Begin(hello, after: session?.LastSequence ?? 0, stream) is not { } begun)
            {
                return;
            }

            session = begun;
        }
        else
        {
            session.Resume(hello);
        }

        session.Connect(stream, peer, now);
        stream.Acknowledge(session);
    }

    public void Disconnect(string sessionId, AgentStream stream) => Sessions.Find(sessionId)?.Disconnect(stream);

    /// <summary>Takes in a batch of a stream; one of a stream that another one has followed is passed over.</summary>
    public void Take(string sessionId, AgentStream stream, PacketBatch batch, DateTimeOffset now)
    {
        if (Sessions.Find(sessionId) is not { } session || !ReferenceEquals(session.Stream, stream))
        {
            return;
        }

        var isNew = batch.Sequence > session.LastSequence;
        if (session.Take(batch, now) is { } fault)
        {
            // what comes behind it on this stream is not looked at
            session.Disconnect(stream);
            stream.Refuse(StatusCode.InvalidArgument, fault);
            return;
        }

        if (isNew)
        {
            var sensor = _sensors[session.Sensor];
            Statistics.Add(sensor);
            if (session.IsComplete)
            {
                Findings.TakeEnd(sensor);
            }

            Show(session, batch);
        }

        stream.Acknowledge(session);
    }

    public bool TryAddViewer(Viewer viewer)
    {
        if (_viewers.Count >= _options.MaxViewers)
        {
            return false;
        }

        _viewers.Add(viewer);
        return true;
    }

    public void RemoveViewer(Viewer viewer)
    {
        if (_viewers.Remove(viewer))
        {
            _lostToGone += viewer.LostPackets;
        }
    }

    /// <summary>Time goes on where no packet comes: requests time out, and sessions that nobody feeds any more end.</summary>
    public void Tick(DateTimeOffset now)
    {
        Open.ForgetTally();
        foreach (var session in Sessions.All)
        {
            session.Tick(now, _options.SessionTimeout);
        }

        foreach (var sensor in _byIndex)
        {
            Statistics.Add(sensor);
        }

        Findings.Tick(now);
    }

    private static void Refuse(AgentStream stream, string sensor) => stream.Refuse(
        StatusCode.FailedPrecondition, $"another agent is sensor '{sensor}' since then: agents that run at once need names of their own (--sensor)");

    /// <param name="after">The last batch that was taken in of it before it timed out.</param>
    /// <returns>Null where the stream was refused.</returns>
    private SensorSession? Begin(Hello hello, ulong after, AgentStream stream)
    {
        var sensor = _sensors.GetValueOrDefault(hello.Sensor) ?? new SensorState(hello.Sensor, _sensors.Count, _options, _findingOptions);
        var session = new SensorSession(hello, _analyzerOptions, sensor.Add, sensor.Add, sensor.Add, _names, after);
        if (sensor.Index >= _options.MaxSensors || !Sessions.TryAdd(session))
        {
            stream.Refuse(
                StatusCode.ResourceExhausted, $"{_options.MaxSessions} sessions are connected already, or there were {_options.MaxSensors} sensors");
            return null;
        }

        if (_sensors.TryAdd(sensor.Name, sensor))
        {
            _byIndex.Add(sensor);
        }
        else
        {
            if (sensor.Session is { Stream: { } replaced } before)
            {
                before.Disconnect(replaced);
                Refuse(replaced, sensor.Name);
            }

            sensor.Session.Complete();
            Findings.EndSession(sensor);
        }

        sensor.Begin(session);
        return session;
    }

    private void Show(SensorSession session, PacketBatch batch)
    {
        if (_viewers.Count == 0 || (batch.CapturedLengths.Count == 0 && batch.NewInterfaces.Count == 0 && !batch.EndOfCapture))
        {
            return;
        }

        // these are the server's to tell, not the agent's
        (batch.SessionId, batch.Hello, batch.LostPackets) = (session.Id, null, 0);
        foreach (var viewer in _viewers)
        {
            viewer.Offer(session, batch);
        }
    }
}
