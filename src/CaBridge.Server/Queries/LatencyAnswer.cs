using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;
using Operation = CaBridge.Analysis.Transactions.Operation;
using OperationNames = CaBridge.Analysis.Transactions.OperationNames;
using Transaction = CaBridge.Analysis.Transactions.Transaction;

namespace CaBridge.Server.Queries;

/// <summary>Collects the groups of one answer.</summary>
internal sealed class LatencyAnswer(Grouping grouping)
{
    private readonly LatencyTable? _table = grouping is Grouping.Sensor or Grouping.Operation ? null : new LatencyTable(
        (LatencyGrouping)((int)grouping - 1), new LatencyTableOptions { MaxExactValues = 1 << 20 });

    /// <summary>By operation alone the sensor is empty.</summary>
    private readonly SortedDictionary<(Operation Operation, string Sensor), LatencyDistribution> _bySensor = [];
    private readonly OperationLedger _ledger = new();
    private CaptureTime? _start;
    private CaptureTime? _end;

    public void AddTable(LatencyTable table) => _table!.Merge(table);

    public void AddLedger(OperationLedger ledger) => _ledger.Merge(ledger);

    public void AddBucket(LatencyBucket bucket, LiveState state)
    {
        _table?.Merge(bucket[(LatencyGrouping)((int)grouping - 1)]);
        foreach (var (index, part) in bucket.Sensors)
        {
            _ledger.Merge(part.Ledger);
            for (var operation = 0; _table is null && operation < OperationNames.Count; operation++)
            {
                if (part.Latency[operation] is { } latency)
                {
                    OfSensor((Operation)operation, state.SensorAt(index).Name).Merge(latency);
                }
            }
        }

        Cover(bucket.Start, bucket.End);
    }

    public void Add(string sensor, in Transaction transaction)
    {
        _ledger.Add(in transaction);
        if (_table is not null)
        {
            _table.Add(in transaction);
        }
        else if (transaction.HasReply)
        {
            OfSensor(transaction.Operation, sensor).Add(transaction.Latency.GetValueOrDefault().Nanoseconds);
        }
    }

    public void Cover(CaptureTime? start, CaptureTime? end)
    {
        _start = start is { } from && (_start is not { } first || from < first) ? from : _start;
        _end = end is { } to && (_end is not { } last || to > last) ? to : _end;
    }

    /// <param name="filter">Whose operations are told.</param>
    /// <param name="quantiles">0 to 1.</param>
    /// <param name="top">The groups with the longest latencies, in the table's order.</param>
    public QueryLatencyResponse ToResponse(OperationFilter filter, double[] quantiles, int top)
    {
        var all = (_table?.Groups() ?? _bySensor.Select(entry => (entry.Key.Operation, grouping == Grouping.Operation ? null : entry.Key.Sensor, entry.Value)))
            .Where(group => filter.Wants(group.Operation))
            .ToList();
        var shown = all.Count <= top ? all : [.. all.OrderByDescending(group => group.Item3.Maximum).Take(top)];
        return new QueryLatencyResponse
        {
            Start = _start?.ToTimestamp(),
            End = _end?.ToTimestamp(),
            Groups = { shown.Select(group => group.Item3.ToMessage(group.Operation, group.Item2, quantiles)) },
            OmittedGroups = all.Count - shown.Count,
            Operations = { _ledger.Accounts().Where(account => filter.Wants(account.Operation)).Select(account => account.ToMessage()) },
        };
    }

    private LatencyDistribution OfSensor(Operation operation, string sensor)
    {
        var key = (operation, grouping == Grouping.Operation ? "" : sensor);
        if (!_bySensor.TryGetValue(key, out var group))
        {
            group = new LatencyDistribution();
            _bySensor.Add(key, group);
        }

        return group;
    }
}
