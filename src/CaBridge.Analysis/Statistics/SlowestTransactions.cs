using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>Keeps the operations that took longest.</summary>
/// <param name="maxKept">How many.</param>
public sealed class SlowestTransactions(int maxKept)
{
    private readonly PriorityQueue<Transaction, long> _kept = new(maxKept);

    /// <summary>The slowest first.</summary>
    public IReadOnlyList<Transaction> Kept =>
        [.. _kept.UnorderedItems.OrderByDescending(item => item.Priority).ThenBy(item => item.Element.RequestedAt).Select(item => item.Element)];

    /// <summary>Takes what has a reply, answered or failed, and passes over the rest.</summary>
    public void Add(in Transaction transaction)
    {
        if (!transaction.HasReply || maxKept == 0)
        {
            return;
        }

        var nanoseconds = transaction.Latency.GetValueOrDefault().Nanoseconds;
        if (_kept.Count < maxKept)
        {
            _kept.Enqueue(transaction, nanoseconds);
        }
        else if (_kept.TryPeek(out _, out var least) && nanoseconds > least)
        {
            _kept.DequeueEnqueue(transaction, nanoseconds);
        }
    }
}
