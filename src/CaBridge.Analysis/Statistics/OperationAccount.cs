using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>The accounting identity of one operation: <see cref="Requests"/> is the sum of the six outcomes after it.</summary>
public readonly record struct OperationAccount(
    Operation Operation,
    long Requests,
    long Answered,
    long Failed,
    long Pending,
    long TimedOut,
    long CircuitClosed,
    long LostInGap,
    long RepliesWithoutRequest)
{
    public long Unanswered => Pending + TimedOut + CircuitClosed + LostInGap;

    public bool Holds => Requests == Answered + Failed + Unanswered;
}
