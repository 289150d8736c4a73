using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli;

/// <summary>Which operations the user wants to hear of.</summary>
/// <param name="operations">None: all.</param>
/// <param name="range">Of the time of the request.</param>
internal sealed class TransactionFilter(IReadOnlyCollection<Operation> operations, PvFilter pvs, TimeRange range)
{
    private readonly bool[] _wanted = [.. Enumerable.Range(0, OperationNames.Count).Select(operation => operations.Count == 0 || operations.Contains((Operation)operation))];

    /// <summary>The time of the first frame, where relative times count from; to be told before the first question.</summary>
    public CaptureTime Start { get; set; }

    public bool IsEverything { get; } = operations.Count == 0 && pvs.IsEverything && range == default;

    public bool Matches(in Transaction transaction) =>
        IsEverything
        || (_wanted[(int)transaction.Operation]
            && range.Contains(transaction.RequestedAt, Start)
            && pvs.Matches(transaction.Pv));

    /// <summary>Operations have no part in it.</summary>
    public bool Matches(in ChannelConnection connection) =>
        IsEverything || (range.Contains(connection.Start, Start) && pvs.Matches(connection.Pv));

    /// <summary>Of what is not about certain PVs, time alone decides.</summary>
    public bool Matches(Finding finding) =>
        range.Overlaps(finding.First, finding.Last, Start)
        && (finding.PvCount == 0 || finding.Pvs.Any(pvs.MatchesName));
}
