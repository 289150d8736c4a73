using CaBridge.Analysis.Statistics;

namespace CaBridge.Cli.Rendering;

/// <summary>A column of the accounts of operations.</summary>
/// <param name="Name">In JSON.</param>
/// <param name="Heading">In text.</param>
internal sealed record AccountTerm(string Name, string Heading, Func<OperationAccount, long> Of)
{
    /// <summary>In the order of the identity: requests, the outcomes that they are the sum of, and what is counted apart.</summary>
    public static IReadOnlyList<AccountTerm> All { get; } =
    [
        new("requests", "requests", account => account.Requests),
        new("answered", "answered", account => account.Answered),
        new("failed", "failed", account => account.Failed),
        new("pending", "pending", account => account.Pending),
        new("timed_out", "timed out", account => account.TimedOut),
        new("circuit_closed", "closed", account => account.CircuitClosed),
        new("lost_in_gap", "lost", account => account.LostInGap),
        new("replies_without_request", "replies without request", account => account.RepliesWithoutRequest),
    ];
}
