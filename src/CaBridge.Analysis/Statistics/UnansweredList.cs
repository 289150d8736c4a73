using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>Requests of one operation to one host that stayed without reply for one reason.</summary>
/// <param name="Server">Port 0; <c>default</c> for all hosts beyond the bound.</param>
/// <param name="Reason">Pending, timed out, circuit closed or lost in gap.</param>
public readonly record struct UnansweredCount(Operation Operation, Endpoint Server, Outcome Reason, long Count);

/// <summary>Keeps the first requests that stayed without reply and counts all.</summary>
/// <param name="maxKept">Requests kept.</param>
/// <param name="maxCounts">Combinations of operation, server and reason counted apart.</param>
public sealed class UnansweredList(int maxKept = UnansweredList.DefaultMaxKept, int maxCounts = 10_000)
{
    public const int DefaultMaxKept = 10_000;

    private readonly List<Transaction> _kept = [];
    private readonly Dictionary<(Operation Operation, Endpoint Server, Outcome Reason), long> _counts = [];

    /// <summary>All, kept or not.</summary>
    public long Count { get; private set; }

    /// <summary>Those kept, in the order in which they ended.</summary>
    public IReadOnlyList<Transaction> Kept => _kept;

    /// <summary>Takes what ended without reply, and passes over the rest.</summary>
    public void Add(in Transaction transaction)
    {
        if (transaction.Outcome is not (Outcome.Pending or Outcome.TimedOut or Outcome.CircuitClosed or Outcome.LostInGap))
        {
            return;
        }

        Add((transaction.Operation, transaction.Server.Host, transaction.Outcome), count: 1);
        if (_kept.Count < maxKept)
        {
            _kept.Add(transaction);
        }
    }

    /// <summary>Adds another list, as if its requests had come after these.</summary>
    public void Merge(UnansweredList other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (key, count) in other._counts)
        {
            Add(key, count);
        }

        _kept.AddRange(other._kept.Take(maxKept - _kept.Count));
    }

    /// <summary>By operation, server and reason, in that order.</summary>
    public IReadOnlyList<UnansweredCount> Counts() =>
    [
        .. _counts
            .OrderBy(entry => entry.Key.Operation)
            .ThenBy(entry => entry.Key.Server.Address)
            .ThenBy(entry => entry.Key.Reason)
            .Select(entry => new UnansweredCount(entry.Key.Operation, entry.Key.Server, entry.Key.Reason, entry.Value)),
    ];

    private void Add((Operation Operation, Endpoint Server, Outcome Reason) key, long count)
    {
        Count += count;
        if (_counts.Count >= maxCounts && !_counts.ContainsKey(key))
        {
            key.Server = default;
        }

        _counts[key] = _counts.GetValueOrDefault(key) + count;
    }
}
