using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>Requests of one operation that one host refused with one status.</summary>
/// <param name="Server">Port 0; <c>default</c> for all hosts beyond the bound.</param>
/// <param name="Status">0 where the refusal told none.</param>
/// <param name="Pvs">The first few, in order of appearance.</param>
/// <param name="HasMorePvs">Whether there are others.</param>
public sealed record FailureCount(Operation Operation, Endpoint Server, uint Status, long Count, IReadOnlyList<string> Pvs, bool HasMorePvs);

/// <summary>Counts failed requests, and names some of their PVs.</summary>
/// <param name="maxCounts">Combinations of operation, server and status counted apart.</param>
public sealed class FailureCounts(int maxCounts = 10_000)
{
    private const int NamedPvs = 5;

    private readonly Dictionary<(Operation Operation, Endpoint Server, uint Status), Group> _groups = [];

    /// <summary>Takes what failed, and passes over the rest.</summary>
    public void Add(in Transaction transaction)
    {
        if (transaction.Outcome != Outcome.Failed)
        {
            return;
        }

        var group = Of((transaction.Operation, transaction.Server.Host, transaction.Status));
        group.Count++;
        group.Name(transaction.Pv);
    }

    public void Merge(FailureCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (key, group) in other._groups)
        {
            Of(key).Merge(group);
        }
    }

    /// <summary>By operation, server and status, in that order.</summary>
    public IReadOnlyList<FailureCount> Counts() =>
    [
        .. _groups
            .OrderBy(entry => entry.Key.Operation)
            .ThenBy(entry => entry.Key.Server.Address)
            .ThenBy(entry => entry.Key.Status)
            .Select(entry => new FailureCount(
                entry.Key.Operation, entry.Key.Server, entry.Key.Status, entry.Value.Count, [.. entry.Value.Pvs.Select(pv => pv.Text)], entry.Value.HasMorePvs)),
    ];

    private Group Of((Operation Operation, Endpoint Server, uint Status) key)
    {
        if (_groups.Count >= maxCounts && !_groups.ContainsKey(key))
        {
            key.Server = default;
        }

        if (!_groups.TryGetValue(key, out var group))
        {
            _groups.Add(key, group = new Group());
        }

        return group;
    }

    private sealed class Group
    {
        public long Count { get; set; }

        public List<PvName> Pvs { get; } = [];

        public bool HasMorePvs { get; private set; }

        public void Merge(Group other)
        {
            Count += other.Count;
            foreach (var pv in other.Pvs)
            {
                Name(pv);
            }

            HasMorePvs |= other.HasMorePvs;
        }

        public void Name(PvName? pv)
        {
            if (pv is null || HasMorePvs || Pvs.Exists(known => string.Equals(known.Text, pv.Text, StringComparison.Ordinal)))
            {
                return;
            }

            HasMorePvs = Pvs.Count == NamedPvs;
            if (!HasMorePvs)
            {
                Pvs.Add(pv);
            }
        }
    }
}
