using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
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
}
