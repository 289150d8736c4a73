using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>Latencies by operation and by server, client, PV or circuit.</summary>
public sealed class LatencyTable
{
    /// <summary>The key of the group that takes what the bound of groups leaves without one.</summary>
    public const string OtherKey = "(other)";

    private readonly LatencyGrouping _grouping;
    private readonly LatencyTableOptions _options;
    private readonly ExactValues _room;
    private readonly Dictionary<LatencyGroupKey, LatencyDistribution> _byAddress = [];
    private readonly OperationCells[] _cells;
    private int _groups;

    public LatencyTable(LatencyGrouping grouping, LatencyTableOptions? options = null)
    {
        _grouping = grouping;
        _options = options ?? new LatencyTableOptions();
        _room = new ExactValues(_options.MaxExactValues);
        _cells = new OperationCells[OperationNames.Count];
        foreach (ref var cells in _cells.AsSpan())
        {
            cells.ByPv = [];
        }
    }

    /// <summary>Latencies that went to <see cref="OtherKey"/>.</summary>
    public long OtherCount { get; private set; }

    /// <summary>Takes what has a reply, answered or failed, and passes over the rest.</summary>
    /// <remarks>Allocates for a new group, and as <see cref="LatencyDistribution.Add"/> says.</remarks>
    public void Add(in Transaction transaction)
    {
        if (!transaction.HasReply)
        {
            return;
        }

        ref var cells = ref _cells[(int)transaction.Operation];
        var group = _grouping == LatencyGrouping.Pv ? OfPv(ref cells, transaction.Pv) : OfAddress(ref cells, in transaction);
        if (group is null)
        {
            OtherCount++;
            group = cells.Other ??= NewGroup();
        }

        group.Add(transaction.Latency.GetValueOrDefault().Nanoseconds);
    }

    /// <summary>Groups, but for those of <see cref="OtherKey"/> and without PV.</summary>
    public int GroupCount => _groups;

    /// <summary>Adds all latencies of another table of the same grouping, whose PVs have their indexes from the same source.</summary>
    public void Merge(LatencyTable other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._grouping != _grouping)
        {
            throw new ArgumentException($"It groups by {other._grouping}, this one by {_grouping}.", nameof(other));
        }

        OtherCount += other.OtherCount;
        foreach (var (key, group) in other._byAddress)
        {
            Merge(ref _cells[(int)key.Operation], FindOrAdd(key), group);
        }

        for (var operation = 0; operation < OperationNames.Count; operation++)
        {
            Merge(ref _cells[operation], other._cells[operation]);
        }
    }

    /// <summary>All groups: by operation, then by address or by name (ordinal), <see cref="OtherKey"/> last.</summary>
    public IReadOnlyList<LatencyRow> Rows() =>
        [.. Groups().Select(group => new LatencyRow(group.Operation, group.Key, group.Latency.Summary()))];

    /// <summary>As <see cref="Rows"/>, the distributions themselves; valid until the next change.</summary>
    public IReadOnlyList<(Operation Operation, string? Key, LatencyDistribution Latency)> Groups()
    {
        var groups = new List<(Operation, string?, LatencyDistribution)>(_groups + OperationNames.Count);
        var byOperation = _byAddress.ToLookup(entry => entry.Key.Operation);
        for (var operation = (Operation)0; (int)operation < OperationNames.Count; operation++)
        {
            var current = operation;
            var cells = _cells[(int)operation];
            if (cells.WithoutPv is { } nameless)
            {
                groups.Add((operation, null, nameless));
            }

            groups.AddRange(byOperation[operation].OrderBy(entry => entry.Key).Select(entry => (current, (string?)entry.Key.Text(_grouping), entry.Value)));
            groups.AddRange(cells.ByPv.Values.OrderBy(pv => pv.Name, StringComparer.Ordinal).Select(pv => (current, (string?)pv.Name, pv.Group)));
            if (cells.Other is { } other)
            {
                groups.Add((operation, OtherKey, other));
            }
        }

        return groups;
    }

    private LatencyDistribution? OfAddress(ref OperationCells cells, in Transaction transaction)
    {
        if (cells.Last is not null && cells.LastKey.IsOf(_grouping, in transaction))
        {
            return cells.Last;
        }

        var key = LatencyGroupKey.Of(_grouping, in transaction);
        if (FindOrAdd(key) is not { } group)
        {
            return null;
        }

        (cells.LastKey, cells.Last) = (key, group);
        return group;
    }

    private LatencyDistribution? FindOrAdd(LatencyGroupKey key)
    {
        if (_byAddress.TryGetValue(key, out var group) || _groups == _options.MaxGroups)
        {
            return group;
        }

        _groups++;
        group = NewGroup();
        _byAddress.Add(key, group);
        return group;
    }

    /// <param name="into">Null where there is no room for a group.</param>
    private void Merge(ref OperationCells cells, LatencyDistribution? into, LatencyDistribution group)
    {
        OtherCount += into is null ? group.Count : 0;
        (into ?? (cells.Other ??= NewGroup())).Merge(group);
    }

    private void Merge(ref OperationCells cells, in OperationCells other)
    {
        if (other.Other is { } rest)
        {
            (cells.Other ??= NewGroup()).Merge(rest);
        }

        if (other.WithoutPv is { } nameless)
        {
            (cells.WithoutPv ??= NewGroup()).Merge(nameless);
        }

        foreach (var (index, (name, group)) in other.ByPv)
        {
            Merge(ref cells, FindOrAddPv(ref cells, index, name), group);
        }
    }

    private LatencyDistribution? OfPv(ref OperationCells cells, PvName? pv)
    {
        if (pv is null)
        {
            return cells.WithoutPv ??= NewGroup();
        }

        return FindOrAddPv(ref cells, pv.Index, pv.Text);
    }

    private LatencyDistribution? FindOrAddPv(ref OperationCells cells, int index, string name)
    {
        if (cells.ByPv.TryGetValue(index, out var known) || index < 0 || _groups == _options.MaxGroups)
        {
            return known.Group;
        }

        _groups++;
        var group = NewGroup();
        cells.ByPv.Add(index, (name, group));
        return group;
    }

    private LatencyDistribution NewGroup() => new(_options.MaxExactValuesPerGroup, _room);

    /// <summary>The groups of one operation that need no dictionary.</summary>
    private struct OperationCells
    {
        public LatencyGroupKey LastKey;
        public LatencyDistribution? Last;
        public LatencyDistribution? Other;
        public LatencyDistribution? WithoutPv;

        /// <summary>By <see cref="PvName.Index"/>.</summary>
        public Dictionary<int, (string Name, LatencyDistribution Group)> ByPv;
    }
}
