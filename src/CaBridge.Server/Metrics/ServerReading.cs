using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Server.Live;

namespace CaBridge.Server.Metrics;

/// <summary>What meters tell of the loop's state at one time; immutable.</summary>
internal sealed record ServerReading
{
    public static readonly ServerReading Empty = new();

    public IReadOnlyList<OperationAccount> Operations { get; private init; } = [];

    public IReadOnlyList<SensorReading> Sensors { get; private init; } = [];

    /// <summary>Of all sensors.</summary>
    public IReadOnlyDictionary<AnomalyKind, long> Anomalies { get; private init; } = new Dictionary<AnomalyKind, long>();

    /// <summary>What tables of the server gave up before its time, by table.</summary>
    public IReadOnlyDictionary<string, long> Evictions { get; private init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    public IReadOnlyList<FindingReading> Findings { get; private init; } = [];

    public int Viewers { get; private init; }

    public int Watchers { get; private init; }

    public long LostToViewers { get; private init; }

    public long LostToWatchers { get; private init; }

    /// <summary>Operations that ended before what the windows keep.</summary>
    public long TooLate { get; private init; }

    public long TooEarly { get; private init; }

    /// <summary>Asked on the loop.</summary>
    public static ServerReading Of(LiveState state) => new()
    {
        Operations = state.Statistics.Ledger.Accounts(),
        Sensors = [.. state.Sensors.Select(SensorReading.Of)],
        Anomalies = AnomaliesOf(state.Sensors),
        Evictions = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["sessions"] = state.Sessions.Evicted,
            ["circuit_views"] = state.Statistics.Views.Forgotten,
            ["windows"] = state.Statistics.Windows.Evicted,
            ["hosts"] = state.Statistics.Hosts.Servers.Evicted + state.Statistics.Hosts.Clients.Evicted,
            ["searched_names"] = state.Statistics.Searches.Evicted,
            ["findings"] = state.Findings.Table.Evicted,
        },
        Findings = FindingReading.Of(state.Findings.Table),
        Viewers = state.ViewerCount,
        Watchers = state.Statistics.WatcherCount + state.Findings.WatcherCount,
        LostToViewers = state.LostToViewers,
        LostToWatchers = state.Statistics.LostToWatchers,
        TooLate = state.Statistics.Windows.TooLate,
        TooEarly = state.Statistics.Windows.TooEarly,
    };

    private static Dictionary<AnomalyKind, long> AnomaliesOf(IEnumerable<SensorState> sensors) => sensors
        .SelectMany(sensor => sensor.PastAnomalies.Concat(sensor.Session.Analyzer.Anomalies))
        .GroupBy(count => count.Kind)
        .ToDictionary(same => same.Key, same => same.Sum(count => count.Count));
}

/// <summary>One sensor in a <see cref="ServerReading"/>.</summary>
/// <param name="Open">Requests that wait for their reply.</param>
/// <param name="Circuits">That are open now, as <paramref name="Channels"/>.</param>
/// <param name="SeenByOthers">Operations that another sensor's view is counted of.</param>
/// <param name="ClockOffset">The server's clock minus the sensor's; null where it did not tell.</param>
internal sealed record SensorReading(
    string Name, SensorTotals Totals, long Open, long Circuits, long Channels, long SeenByOthers, bool IsConnected, TimeSpan? ClockOffset)
{
    public static SensorReading Of(SensorState sensor) => new(
        sensor.Name,
        sensor.Totals,
        sensor.Session.IsComplete ? 0 : sensor.Session.Analyzer.Operations.Sum(account => account.Pending),
        sensor.Session.Analyzer.OpenCircuits,
        sensor.Session.Analyzer.OpenChannels,
        sensor.SeenByOthers,
        sensor.Session.IsConnected,
        sensor.Session.ClockOffset);
}
