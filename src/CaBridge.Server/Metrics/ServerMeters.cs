using System.Diagnostics.Metrics;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Server.Live;

namespace CaBridge.Server.Metrics;

/// <summary>
/// The meter <see cref="Name"/>. Counts are those of the loop's latest reading, at most a second old; names become Prometheus' as
/// <c>cabridge.sensor.bytes</c> in <c>By</c> becomes <c>cabridge_sensor_bytes_total</c>.
/// </summary>
internal sealed class ServerMeters
{
    public const string Name = "CaBridge";

    /// <summary>10 µs to 30 s: the shortest that two hosts on a wire can do, to the usual timeout.</summary>
    public static readonly double[] LatencyBounds =
        [10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly Meter _meter;
    private readonly LoopReadings _readings;

    public ServerMeters(IMeterFactory meters, LoopReadings readings, LiveLoop loop, LatencyFeed latencies, MetricsOptions options)
    {
        _meter = meters.Create(Name);
        _readings = readings;
        Latency = _meter.CreateHistogram<double>("cabridge.latency", "s", "Time from request to reply, by operation and server.");
        AddOperations();
        new SensorMeters(_meter, readings, options).Add();
        AddFindings();
        AddLoop(loop, latencies);
        AddViewers();
    }

    /// <summary>Seconds.</summary>
    public Histogram<double> Latency { get; }

    private static Measurement<long> Of(Operation operation, long count) => new(count, new KeyValuePair<string, object?>("operation", operation.Name()));

    private static Measurement<long> Of(Operation operation, Outcome outcome, long count) =>
        new(count, new KeyValuePair<string, object?>("operation", operation.Name()), new KeyValuePair<string, object?>("outcome", outcome.Name()));

    private static Measurement<long> Of(FindingReading reading, long count) =>
        new(count, new KeyValuePair<string, object?>("id", reading.Kind.Id()), new KeyValuePair<string, object?>("severity", reading.Severity.Name()));

    private static Measurement<long>[] OutcomesOf(OperationAccount account) =>
    [
        Of(account.Operation, Outcome.Answered, account.Answered),
        Of(account.Operation, Outcome.Failed, account.Failed),
        Of(account.Operation, Outcome.Pending, account.Pending),
        Of(account.Operation, Outcome.TimedOut, account.TimedOut),
        Of(account.Operation, Outcome.CircuitClosed, account.CircuitClosed),
        Of(account.Operation, Outcome.LostInGap, account.LostInGap),
    ];

    private void AddOperations()
    {
        _meter.CreateObservableCounter(
            "cabridge.requests",
            () => _readings.Latest.Operations.Select(account => Of(account.Operation, account.Requests)),
            "{requests}",
            "Requests that ended, each once though several sensors saw it.");
        _meter.CreateObservableCounter(
            "cabridge.outcomes",
            () => _readings.Latest.Operations.SelectMany(OutcomesOf),
            "{requests}",
            "How requests ended; the sum over outcomes is cabridge_requests_total. Pending: the capture ended first.");
        _meter.CreateObservableCounter(
            "cabridge.replies_without_request",
            () => _readings.Latest.Operations.Select(account => Of(account.Operation, account.RepliesWithoutRequest)),
            "{replies}",
            "Replies whose request was not captured.");
        _meter.CreateObservableCounter(
            "cabridge.anomalies",
            () => _readings.Latest.Anomalies.Select(count => new Measurement<long>(count.Value, Tag("kind", SnakeCase(count.Key.ToString())))),
            "{anomalies}",
            "What captures had that they should not, and what full tables of the analysis gave up (table_evicted).");
    }

    private void AddFindings()
    {
        _meter.CreateObservableGauge(
            "cabridge.findings.open", () => _readings.Latest.Findings.Select(reading => Of(reading, reading.Open)), "{findings}", "Findings that go on.");
        _meter.CreateObservableCounter(
            "cabridge.findings", () => _readings.Latest.Findings.Select(reading => Of(reading, reading.Opened)), "{findings}", "Findings that opened.");
    }

    private void AddLoop(LiveLoop loop, LatencyFeed latencies)
    {
        _meter.CreateObservableGauge(
            "cabridge.loop.queue_length",
            () => (Measurement<int>[])[new(loop.BatchesWaiting, Tag("queue", "batches")), new(loop.QuestionsWaiting, Tag("queue", "questions"))],
            "{items}",
            "What waits for the analysis loop.");
        _meter.CreateObservableCounter("cabridge.loop.busy", () => loop.Busy.TotalSeconds, "s", "Time that the analysis loop has worked.");
        _meter.CreateObservableGauge("cabridge.loop.unanswered", () => _readings.Waiting.TotalSeconds, "s", "How long the loop has owed an answer.");
        _meter.CreateObservableCounter(
            "cabridge.evictions",
            () => _readings.Latest.Evictions.Select(count => new Measurement<long>(count.Value, Tag("table", count.Key))),
            "{entries}",
            "What full tables of the server gave up before its time.");
        _meter.CreateObservableCounter(
            "cabridge.operations_too_late", () => _readings.Latest.TooLate, "{operations}", "Operations older than the rolling windows.");
        _meter.CreateObservableCounter(
            "cabridge.operations_too_early", () => _readings.Latest.TooEarly, "{operations}", "Operations of sensors whose clock is ahead, in no rolling window.");
        _meter.CreateObservableCounter(
            "cabridge.latency_observations_passed_over", () => latencies.PassedOver, "{observations}", "Latencies that cabridge_latency_seconds lacks.");
    }

    private void AddViewers()
    {
        _meter.CreateObservableGauge("cabridge.viewers", () => _readings.Latest.Viewers, "{viewers}", "Who looks at live packets.");
        _meter.CreateObservableCounter("cabridge.viewer.lost_packets", () => _readings.Latest.LostToViewers, "{packets}", "Packets that viewers were too slow for.");
        _meter.CreateObservableGauge("cabridge.watchers", () => _readings.Latest.Watchers, "{watchers}", "Who watches operations or findings.");
        _meter.CreateObservableCounter(
            "cabridge.watcher.lost_operations", () => _readings.Latest.LostToWatchers, "{operations}", "Operations that watchers were too slow for.");
    }

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((letter, at) => char.IsUpper(letter) ? $"{(at == 0 ? "" : "_")}{char.ToLowerInvariant(letter)}" : letter.ToString()));
}
