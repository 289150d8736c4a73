using System.Runtime.InteropServices;
using CaBridge.Analysis;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Server.Ingest;

namespace CaBridge.Server.Live;

/// <summary>One sensor: its sessions, one after the other, and what they saw.</summary>
internal sealed class SensorState(string name, int index, LiveOptions options, FindingOptions findings)
{
    private readonly List<Transaction> _ended = [];
    private readonly List<SearchSighting> _searches = [];
    private readonly List<ChannelConnection> _connected = [];
    private (long Packets, long Opened, bool IsComplete) _asked;
    private AnalyzerSnapshot? _past;
    private SensorTotals _pastTotals;
    private SensorSession? _session;

    public string Name { get; } = name;

    /// <summary>In the order in which sensors came, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>The session that began last.</summary>
    public SensorSession Session => _session ?? throw new InvalidOperationException("A sensor has a session from its first moment on.");

    /// <summary>Of all sessions.</summary>
    public SensorTotals Totals => _pastTotals + SensorTotals.Of(Session);

    /// <summary>Of the sessions before this one.</summary>
    public IEnumerable<AnomalyCount> PastAnomalies => _past?.Anomalies ?? [];

    /// <summary>How far its capture has come; the end of time where it is gone.</summary>
    public CaptureTime Reached => Session is { IsConnected: true, IsComplete: false } session
        ? session.LastPacket ?? new CaptureTime(long.MinValue)
        : new CaptureTime(long.MaxValue);

    /// <summary>Since the server started.</summary>
    public TransactionStatistics Statistics { get; } = new(LatencyGrouping.Server, options.Latency, options.MaxUnanswered);

    /// <summary>How channels came to be, since the server started.</summary>
    public ConnectionTable Connections { get; } = new(maxKept: 0, options.MaxHosts);

    /// <summary>As of when it was asked last.</summary>
    public SensorFindings Findings { get; } = new(findings.MaxPastFindingsPerSensor);

    /// <summary>Whether it may have found something since it was asked.</summary>
    public bool MayHaveFindings => (Findings.HasOpen && !Session.IsComplete) || _asked != Asking;

    /// <summary>Operations on circuits that another sensor's view is counted of.</summary>
    public long SeenByOthers { get; set; }

    /// <summary>What ended since <see cref="ClearEnded"/>.</summary>
    public ReadOnlySpan<Transaction> Ended => CollectionsMarshal.AsSpan(_ended);

    /// <summary>What was searched since <see cref="ClearEnded"/>.</summary>
    public ReadOnlySpan<SearchSighting> Searches => CollectionsMarshal.AsSpan(_searches);

    /// <summary>Channels that came to be, or did not, since <see cref="ClearEnded"/>.</summary>
    public ReadOnlySpan<ChannelConnection> Connected => CollectionsMarshal.AsSpan(_connected);

    private (long Packets, long Opened, bool IsComplete) Asking => (Session.Packets, Session.Analyzer.FindingsOpened, Session.IsComplete);

    public void ClearEnded()
    {
        _connected.Clear();
        _ended.Clear();
        _searches.Clear();
    }

    /// <summary>A <see cref="TransactionHandler"/>.</summary>
    public void Add(in Transaction transaction)
    {
        Statistics.Add(in transaction);
        _ended.Add(transaction);
    }

    /// <summary>A <see cref="SearchHandler"/>.</summary>
    public void Add(in SearchSighting sighting) => _searches.Add(sighting);

    /// <summary>A <see cref="ConnectionHandler"/>.</summary>
    public void Add(in ChannelConnection connection)
    {
        Connections.Add(in connection);
        _connected.Add(connection);
    }

    /// <summary>Puts what the session has found so far into <see cref="Findings"/>.</summary>
    /// <returns>What has changed.</returns>
    public List<FindingStep> AskFindings()
    {
        _asked = Asking;
        return Findings.Take(Session.Analyzer.Findings());
    }

    /// <summary>A new session; what the one before has counted is kept.</summary>
    public void Begin(SensorSession session)
    {
        if (_session is { } before)
        {
            before.Complete();
            _past = Snapshot();
            _pastTotals += SensorTotals.Of(before);
        }

        (_session, _asked) = (session, default);
    }

    /// <summary>What all sessions have counted.</summary>
    public AnalyzerSnapshot Snapshot() => _past is null ? Session.Snapshot() : SnapshotSum.Of([_past, Session.Snapshot()]);
}
