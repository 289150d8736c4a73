using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Live;

/// <summary>What one host had part in; <c>default</c> is nothing yet.</summary>
internal struct HostActivity
{
    private RecentRate _recent;

    /// <summary>Operations that ended.</summary>
    public long Transactions { get; private set; }

    /// <summary>Of these, those without reply.</summary>
    public long Unanswered { get; private set; }

    public CaptureTime FirstSeen { get; private set; }

    public CaptureTime LastSeen { get; private set; }

    /// <summary>Operations that ended in the last ten seconds.</summary>
    public readonly double TransactionsPerSecond(CaptureTime now) => _recent.PerSecond(now);

    public void Add(in Transaction transaction)
    {
        var at = transaction.CountedAt();
        var isNew = LastSeen == default;
        FirstSeen = isNew || transaction.RequestedAt < FirstSeen ? transaction.RequestedAt : FirstSeen;
        LastSeen = isNew || at > LastSeen ? at : LastSeen;
        if (transaction.Outcome != Outcome.NoRequest)
        {
            Transactions++;
            Unanswered += transaction.IsUnanswered() ? 1 : 0;
            _recent.Add(at);
        }
    }
}
