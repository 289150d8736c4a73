using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;

namespace CaBridge.Cli;

/// <summary>Turns the operations that a filter lets through into the answers of <c>analyze</c>.</summary>
/// <param name="onMatch">Receives each of them, for who lists them.</param>
internal sealed class TransactionStatistics(
    TransactionFilter filter, LatencyGrouping grouping, StatisticsOptions options, TransactionHandler? onMatch = null)
{
    private readonly OperationLedger _ledger = new();
    private readonly LatencyTable _latency = new(grouping, options.Latency);
    private readonly SlowestPvs _slowest = new();
    private readonly ServedNames _served = new();
    private readonly FailureCounts _failures = new();
    private readonly UnansweredList _unanswered = new(options.MaxUnanswered);

    public void Add(in Transaction transaction)
    {
        _served.Add(in transaction);
        if (!filter.Matches(in transaction))
        {
            return;
        }

        if (!filter.IsEverything)
        {
            _ledger.Add(in transaction);
        }

        if (transaction.HasReply)
        {
            _latency.Add(in transaction);
            _slowest.Add(in transaction);
            _failures.Add(in transaction);
        }
        else
        {
            _unanswered.Add(in transaction);
        }

        onMatch?.Invoke(in transaction);
    }

    /// <param name="top">How many of the slowest PVs.</param>
    public AnalysisReport Report(IReadOnlyList<string> files, IReadOnlyList<CaptureProblem> problems, AnalyzerSnapshot capture, int top) => new()
    {
        Files = files,
        Problems = problems,
        Capture = capture,
        IsFiltered = !filter.IsEverything,
        Operations = filter.IsEverything ? capture.Operations : _ledger.Accounts(),
        Grouping = grouping,
        Latency = _latency.Rows(),
        OtherLatencies = _latency.OtherCount,
        SlowestPvs = _slowest.Top(top),
        UnrankedLatencies = _slowest.UnrankedCount,
        NotServed = _served.Without(capture.Search.NeverAnswered),
        Failures = _failures.Counts(),
        UnansweredCounts = _unanswered.Counts(),
        Unanswered = _unanswered.Kept,
    };
}
