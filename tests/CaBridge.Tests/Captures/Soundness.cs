using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Tests.Captures;

/// <summary>What must be true of a recording that misses something of another one, whatever it misses.</summary>
internal static class Soundness
{
    private const int ShownLines = 8;

    /// <returns>What the worse recording tells and the whole one does not bear out; none if nothing was invented.</returns>
    public static IReadOnlyList<string> Violations(Answers whole, Answers worse) =>
    [
        .. BrokenAccounts(worse).Take(ShownLines),
        .. TooManyMessages(whole.Snapshot, worse.Snapshot).Take(ShownLines),
        .. Invented(whole, worse, Reply).Take(ShownLines),
        .. Invented(whole, worse, Request).Take(ShownLines),
        .. InventedNames(whole, worse).Take(ShownLines),
    ];

    /// <summary>A line for each reply of a circuit's operation.</summary>
    public static IEnumerable<string> Replies(IEnumerable<Transaction> transactions) => transactions.Where(IsOfCircuit).Select(Reply).OfType<string>();

    private static IEnumerable<string> BrokenAccounts(Answers answers)
    {
        foreach (var account in answers.Snapshot.Operations)
        {
            if (!account.Holds)
                yield return $"does not add up: {account}";

            var ended = answers.Transactions.Where(transaction => transaction.Operation == account.Operation).CountBy(transaction => transaction.Outcome).ToDictionary();
            var told = (account.Answered, account.Failed, account.Pending, account.TimedOut, account.CircuitClosed, account.LostInGap, account.RepliesWithoutRequest);
            if (told != (Count(Outcome.Answered), Count(Outcome.Failed), Count(Outcome.Pending), Count(Outcome.TimedOut), Count(Outcome.CircuitClosed), Count(Outcome.LostInGap), Count(Outcome.NoRequest)))
                yield return $"not what the transactions tell: {account}";

            long Count(Outcome outcome) => ended.GetValueOrDefault(outcome);
        }
    }

    /// <summary>A message may have lost its direction, but there cannot be more of them.</summary>
    private static IEnumerable<string> TooManyMessages(AnalyzerSnapshot whole, AnalyzerSnapshot worse)
    {
        foreach (var kinds in worse.Messages.GroupBy(message => (message.Transport, message.Command)))
        {
            var known = whole.Messages.Where(message => (message.Transport, message.Command) == kinds.Key).ToDictionary(message => message.Sender, message => message.Count);
            foreach (var kind in kinds.Where(kind => kind.Sender != Sender.Unknown && kind.Count > known.GetValueOrDefault(kind.Sender)))
                yield return $"too many: {kind}, of {known.GetValueOrDefault(kind.Sender)}";
            if (kinds.Sum(kind => kind.Count) > known.Values.Sum())
                yield return $"too many: {kinds.Key}, {kinds.Sum(kind => kind.Count)} of {known.Values.Sum()}";
        }
    }

    /// <summary>Of circuits' operations: search and connect may be told by a later try than the one that is missing.</summary>
    private static IEnumerable<string> Invented(Answers whole, Answers worse, Func<Transaction, string?> tell)
    {
        var known = whole.Transactions.Where(IsOfCircuit).Select(transaction => (Line: tell(transaction), Pv: transaction.Pv?.Text))
            .Where(told => told.Line is not null)
            .GroupBy(told => told.Line!, told => told.Pv, StringComparer.Ordinal)
            .ToDictionary(told => told.Key, told => told.ToList(), StringComparer.Ordinal);
        foreach (var (line, pv) in worse.Transactions.Where(IsOfCircuit).Select(transaction => (tell(transaction), transaction.Pv?.Text)).OrderByDescending(told => told.Text is not null))
        {
            if (line is not null && !(known.TryGetValue(line, out var names) && (pv is null ? TryTakeAny(names) : names.Remove(pv))))
                yield return $"invented: {line} {pv}";
        }
    }

    private static bool TryTakeAny(List<string?> names)
    {
        if (names.Count == 0)
            return false;
        names.RemoveAt(names.Count - 1);
        return true;
    }

    private static string? Reply(Transaction transaction) => transaction.Latency is { } latency && transaction.Outcome != Outcome.NoRequest
        ? $"reply of {transaction.Operation} {transaction.Client} to {transaction.Server} at {transaction.RequestedAt.UnixNanoseconds} after {latency.Nanoseconds} status {transaction.Status}"
        : null;

    private static string? Request(Transaction transaction) => transaction.Outcome != Outcome.NoRequest
        ? $"request of {transaction.Operation} {transaction.Client} to {transaction.Server} at {transaction.RequestedAt.UnixNanoseconds}"
        : null;

    private static IEnumerable<string> InventedNames(Answers whole, Answers worse)
    {
        var known = whole.Transactions.Select(transaction => transaction.Pv?.Text).Concat(whole.Snapshot.Search.NeverAnswered).ToHashSet(StringComparer.Ordinal);
        return worse.Transactions.Select(transaction => transaction.Pv?.Text).Concat(worse.Snapshot.Search.NeverAnswered)
            .Where(name => name is not null && !known.Contains(name))
            .Distinct(StringComparer.Ordinal)
            .Select(name => $"invented: name {name}");
    }

    private static bool IsOfCircuit(Transaction transaction) => transaction.Operation is not (Operation.Search or Operation.Connect);
}
