using CaBridge.Analysis;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Statistics;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;
using Grpc.Core;

namespace CaBridge.Server.Queries;

/// <summary><c>GetReport</c>.</summary>
internal sealed class ReportQuestion
{
    private const int UsualTop = 10;
    private const int MaxTop = 1000;
    private const int MaxHosts = 1000;

    private readonly string _sensor;
    private readonly int _top;

    /// <exception cref="QuestionException">A field says what it may not.</exception>
    public ReportQuestion(GetReportRequest request)
    {
        if (request.GroupBy is not (Grouping.Unspecified or Grouping.Server))
        {
            throw new QuestionException($"a report is by server; QueryLatency answers by {request.GroupBy}");
        }

        _sensor = request.Sensor;
        if (request.Top is < 0 or > MaxTop)
        {
            throw new QuestionException($"top must be 0 to {MaxTop}; it is {request.Top}");
        }

        _top = request.Top == 0 ? UsualTop : request.Top;
    }

    /// <summary>Asked on the loop.</summary>
    /// <exception cref="RpcException">NOT_FOUND.</exception>
    public Report Answer(LiveState state)
    {
        if (_sensor.Length > 0)
        {
            var sensor = state.DemandSensor(_sensor);
            return WithFindings(state.Findings, sensor, Compose(sensor.Snapshot(), sensor.Snapshot().Operations, sensor.Statistics, sensor.Connections, [sensor.Name]));
        }

        if (state.Sensors.Count == 0)
        {
            return new Report { LooksForFindings = state.Findings.IsOn };
        }

        var snapshot = SnapshotSum.Of([.. state.Sensors.Select(sensor => sensor.Snapshot())]);
        snapshot = snapshot with { Circuits = snapshot.Circuits - state.Statistics.Views.SeenAgain };
        var operations = state.Sensors.Count == 1 ? snapshot.Operations : state.Statistics.Ledger.Accounts();
        return WithFindings(
            state.Findings,
            sensor: null,
            Compose(snapshot, operations, state.Statistics.Total, state.Statistics.Connections, state.Sensors.Select(sensor => sensor.Name)));
    }

    private static Report WithFindings(LiveFindings findings, SensorState? sensor, Report report)
    {
        var all = FindingPage.InOrder(findings.Of(sensor));
        (report.FindingsTotal, report.LooksForFindings) = (all.Count, findings.IsOn);
        report.Findings.AddRange(FindingPage.Fitting(all));
        return report;
    }

    private Report Compose(
        AnalyzerSnapshot capture,
        IEnumerable<Analysis.Statistics.OperationAccount> operations,
        TransactionStatistics statistics,
        ConnectionTable connections,
        IEnumerable<string> sensors)
    {
        var report = new Report
        {
            Frames = capture.Frames,
            FramesRead = capture.FramesRead,
            ChannelAccessFrames = capture.ChannelAccessFrames,
            Bytes = capture.Bytes,
            ChannelAccessBytes = capture.ChannelAccessBytes,
            Circuits = capture.Circuits,
            Messages = { capture.Messages.Select(count => count.ToMessage()) },
            Operations = { operations.Select(account => account.ToMessage()) },
            Search = capture.Search.ToMessage(),
            GroupBy = Grouping.Server,
            Latency = { statistics.Latency.Rows().Select(row => row.ToMessage()) },
            SlowestPvs = { statistics.SlowestPvs.Top(_top).Select(slow => slow.ToMessage()) },
            UnansweredCounts = { statistics.Unanswered.Counts().Select(count => count.ToMessage()) },
            Unanswered = { statistics.Unanswered.Kept.Select(transaction => transaction.ToMessage(_sensor)) },
            Anomalies = { capture.Anomalies.Select(count => count.ToMessage()) },
            Sensors = { sensors },
            Failures = { statistics.Failures.Counts().Select(count => count.ToMessage()) },
            NotServed = { statistics.Served.Without(capture.Search.NeverAnswered) },
            OtherLatencies = statistics.Latency.OtherCount,
            UnrankedLatencies = statistics.SlowestPvs.UnrankedCount,
            ConnectionSummary = connections.ToMessage(MaxHosts),
        };
        if (capture is { First: { } first, Last: { } last })
        {
            (report.FirstUnixNs, report.LastUnixNs) = (first.UnixNanoseconds, last.UnixNanoseconds);
        }

        return report;
    }
}
