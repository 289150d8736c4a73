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
        Array.Fill(_cells, new OperationCells { ByPv = [], Names = [] });
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

    /// <summary>All groups: by operation, then by address or by name (ordinal), <see cref="OtherKey"/> last.</summary>
    public IReadOnlyList<LatencyRow> Rows()
    {
        var rows = new List<LatencyRow>(_groups + OperationNames.Count);
        var byOperation = _byAddress.ToLookup(entry => entry.Key.Operation);
        for (var operation = (Operation)0; (int)operation < OperationNames.Count; operation++)
        {
            ref readonly var cells = ref _cells[(int)operation];
            AddRow(rows, operation, key: null, cells.WithoutPv);
            rows.AddRange(byOperation[operation]
                .OrderBy(entry => entry.Key)
                .Select(entry => new LatencyRow(operation, entry.Key.Text(_grouping), entry.Value.Summary())));
            foreach (var index in cells.IndicesByName())
            {
                AddRow(rows, operation, cells.Names[index], cells.ByPv[index]);
            }

            AddRow(rows, operation, OtherKey, cells.Other);
        }

        return rows;
    }

    private static void AddRow(List<LatencyRow> rows, Operation operation, string? key, LatencyDistribution? group)
    {
        if (group is not null)
        {
            rows.Add(new LatencyRow(operation, key, group.Summary()));
        }
    }

    private LatencyDistribution? OfAddress(ref OperationCells cells, in Transaction transaction)
    {
        if (cells.Last is not null && cells.LastKey.IsOf(_grouping, in transaction))
        {
            return cells.Last;
        }

        var key = LatencyGroupKey.Of(_grouping, in transaction);
        if (!_byAddress.TryGetValue(key, out var group))
        {
            if (_groups == _options.MaxGroups)
            {
                return null;
            }

            _groups++;
            group = NewGroup();
            _byAddress.Add(key, group);
        }

        (cells.LastKey, cells.Last) = (key, group);
        return group;
    }

    private LatencyDistribution? OfPv(ref OperationCells cells, PvName? pv)
    {
        if (pv is null)
        {
            return cells.WithoutPv ??= NewGroup();
        }

        if ((uint)pv.Index < (uint)cells.ByPv.Length && cells.ByPv[pv.Index] is { } known)
        {
            return known;
        }

        if (pv.Index < 0 || _groups == _options.MaxGroups)
        {
            return null;
        }

        _groups++;
        return cells.AddPv(pv, NewGroup());
    }

    private LatencyDistribution NewGroup() => new(_options.MaxExactValuesPerGroup, _room);

    /// <summary>The groups of one operation that need no dictionary.</summary>
    private struct OperationCells
    {
        public LatencyGroupKey LastKey;
        public LatencyDistribution? Last;
        public LatencyDistribution? Other;
        public LatencyDistribution? WithoutPv;

        /// <summary>By <see cref="PvName.Index"/>, as <see cref="Names"/>.</summary>
        public LatencyDistribution?[] ByPv;
        public string?[] Names;

        public LatencyDistribution AddPv(PvName pv, LatencyDistribution group)
        {
            if (pv.Index >= ByPv.Length)
            {
                var room = Math.Max(pv.Index + 1, Math.Max(16, ByPv.Length * 2));
                Array.Resize(ref ByPv, room);
                Array.Resize(ref Names, room);
            }

            Names[pv.Index] = pv.Text;
            return ByPv[pv.Index] = group;
        }

        public readonly int[] IndicesByName()
        {
            var names = Names;
            int[] indices = [.. Enumerable.Range(0, names.Length).Where(index => names[index] is not null)];
            indices.AsSpan().Sort((left, right) => string.CompareOrdinal(names[left], names[right]));
            return indices;
        }
    }
}
