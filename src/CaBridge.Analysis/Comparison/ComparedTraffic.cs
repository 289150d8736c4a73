using System.Runtime.InteropServices;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Comparison;

/// <summary>What is kept of one capture to be compared with another: latencies by server and by PV, outcomes, and who serves which PV. Bounded.</summary>
/// <param name="options">Each of the two tables of latencies may hold so much.</param>
public sealed class ComparedTraffic(LatencyTableOptions options)
{
    private readonly LatencyTable _byServer = new(LatencyGrouping.Server, options);
    private readonly LatencyTable _byPv = new(LatencyGrouping.Pv, options);
    private readonly Dictionary<(Operation Operation, Endpoint Host), RequestCounts> _outcomes = [];

    /// <summary>Latencies of groups for which there was no room: they are compared by operation only.</summary>
    public long UncomparedLatencies => _byServer.OtherCount + _byPv.OtherCount;

    internal PvServers Servers { get; } = new(options.MaxGroups);

    public void Add(in Transaction transaction)
    {
        _byServer.Add(in transaction);
        _byPv.Add(in transaction);
        Servers.Add(in transaction);
        if (transaction.Outcome != Outcome.NoRequest)
        {
            var key = (transaction.Operation, transaction.Server.Host);
            key.Host = _outcomes.Count < options.MaxGroups || _outcomes.ContainsKey(key) ? key.Host : default;
            ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_outcomes, key, out _);
            counts = counts.With(transaction.Outcome);
        }
    }

    /// <summary>By operation, then by key.</summary>
    internal IReadOnlyList<LatencyGroup> Groups(ComparisonGrouping grouping) => grouping switch
    {
        ComparisonGrouping.Operation => Whole(),
        ComparisonGrouping.Server => Told(_byServer),
        _ => Told(_byPv),
    };

    /// <summary>By operation, and by operation and server, where those are asked for.</summary>
    internal IReadOnlyDictionary<(Operation Operation, string? Server), RequestCounts> Outcomes(bool ofOperations, bool ofServers)
    {
        var counts = new Dictionary<(Operation Operation, string? Server), RequestCounts>();
        foreach (var ((operation, host), count) in _outcomes)
        {
            if (ofOperations)
            {
                counts[(operation, null)] = counts.GetValueOrDefault((operation, null)) + count;
            }

            if (ofServers && host != default)
            {
                counts[(operation, host.AddressText())] = count;
            }
        }

        return counts;
    }

    /// <summary>Less the groups of what has no PV, and of what found no room, which are not the same in both captures.</summary>
    private static List<LatencyGroup> Told(LatencyTable table) =>
    [
        .. table.Groups()
            .Where(group => group.Key is not (null or LatencyTable.OtherKey))
            .Select(group => new LatencyGroup(group.Operation, group.Key, group.Latency)),
    ];

    /// <summary>Parts that are merged tell what the whole would.</summary>
    private List<LatencyGroup> Whole()
    {
        var groups = new List<LatencyGroup>();
        foreach (var operation in _byServer.Groups().GroupBy(group => group.Operation))
        {
            var whole = new LatencyDistribution(options.MaxExactValuesPerGroup);
            foreach (var (_, _, latency) in operation)
            {
                whole.Merge(latency);
            }

            groups.Add(new LatencyGroup(operation.Key, Key: null, whole));
        }

        return groups;
    }
}
