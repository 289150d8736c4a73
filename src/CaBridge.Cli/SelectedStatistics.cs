using CaBridge.Analysis;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;

namespace CaBridge.Cli;

/// <summary>Turns the operations that a filter lets through into the answers of <c>analyze</c>.</summary>
/// <param name="onMatch">Receives each of them, for who lists them.</param>
internal sealed class SelectedStatistics(
    TransactionFilter filter, LatencyGrouping grouping, StatisticsOptions options, TransactionHandler? onMatch = null)
{
    private readonly OperationLedger _ledger = new();
    private readonly ServedNames _served = new();
    private readonly ConnectionTable _connections = new(options.MaxConnections);
    private readonly TransactionStatistics _statistics = new(grouping, options.Latency, options.MaxUnanswered);

    public void Add(in Transaction transaction)
    {
        if (filter.IsEverything)
        {
            _statistics.Add(in transaction);
            onMatch?.Invoke(in transaction);
            return;
        }

        _served.Add(in transaction);
        if (filter.Matches(in transaction))
        {
            _ledger.Add(in transaction);
            _statistics.Add(in transaction);
            onMatch?.Invoke(in transaction);
        }
    }

    public void Add(in ChannelConnection connection)
    {
        if (filter.Matches(in connection))
        {
            _connections.Add(in connection);
        }
    }

    /// <param name="top">How many of the slowest PVs.</param>
    public AnalysisReport Report(
        IReadOnlyList<string> files, IReadOnlyList<CaptureProblem> problems, AnalyzerSnapshot capture, int top, params IReadOnlyList<Finding> findings) => new()
        {
            Files = files,
            Problems = problems,
            Capture = capture,
            IsFiltered = !filter.IsEverything,
            Operations = filter.IsEverything ? capture.Operations : _ledger.Accounts(),
            Grouping = grouping,
            Latency = _statistics.Latency.Rows(),
            OtherLatencies = _statistics.Latency.OtherCount,
            SlowestPvs = _statistics.SlowestPvs.Top(top),
            UnrankedLatencies = _statistics.SlowestPvs.UnrankedCount,
            NotServed = (filter.IsEverything ? _statistics.Served : _served).Without(capture.Search.NeverAnswered),
            Failures = _statistics.Failures.Counts(),
            UnansweredCounts = _statistics.Unanswered.Counts(),
            Unanswered = _statistics.Unanswered.Kept,
            Connections = _connections,
            Findings = filter.IsEverything ? findings : [.. findings.Where(filter.Matches)],
        };
}
