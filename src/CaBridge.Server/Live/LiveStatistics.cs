using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Server.Metrics;

namespace CaBridge.Server.Live;

/// <summary>What all sensors together saw: each operation once, though several may have seen it.</summary>
/// <param name="reached">As <see cref="CircuitViews"/> asks it.</param>
/// <param name="latencies">Told of each latency, for histograms beside the loop.</param>
internal sealed class LiveStatistics(LiveOptions options, Func<int, CaptureTime> reached, LatencyFeed? latencies)
{
    private readonly CircuitViews _views = new(options.MaxCircuits, reached);
    private readonly List<Watcher> _watchers = [];
    private long _lostToGone;

    public int WatcherCount => _watchers.Count;

    /// <summary>Operations that watchers, those that are gone included, did not get.</summary>
    public long LostToWatchers => _lostToGone + _watchers.Sum(watcher => watcher.LostTransactions);

    public TransactionStatistics Total { get; } = new(LatencyGrouping.Server, options.Latency, options.MaxUnanswered);

    /// <summary>The account of all that ended since the server started.</summary>
    public OperationLedger Ledger { get; } = new();

    /// <summary>The earliest operation that was counted; null before.</summary>
    public CaptureTime? First { get; private set; }

    public RollingWindows Windows { get; } = new(options.MaxGroupsPerBucket, options.MaxGroups);

    public TransactionRing Recent { get; } = new(options.MaxTransactions);

    public HostTables Hosts { get; } = new(options.MaxHosts);

    /// <summary>By the host that searches over UDP, and the name.</summary>
    public RecentTable<(Endpoint Client, string Pv), SearchActivity> Searches { get; } = new(options.MaxSearchedNames);

    /// <summary>Which sensors see a circuit.</summary>
    public CircuitViews Views => _views;

    /// <summary>Takes what ended at a sensor since the last time.</summary>
    public void Add(SensorState sensor)
    {
        foreach (ref readonly var search in sensor.Searches)
        {
            if (_views.IsFirst(sensor.Index, in search))
            {
                Searches.Touch((search.Client.Host, search.Name.Text)).Add(in search);
            }
        }

        foreach (ref readonly var transaction in sensor.Ended)
        {
            if (!_views.IsFirst(sensor.Index, in transaction))
            {
                sensor.SeenByOthers++;
                continue;
            }

            Total.Add(in transaction);
            Ledger.Add(in transaction);
            First = First is { } first && first <= transaction.RequestedAt ? first : transaction.RequestedAt;
            Windows.Add(sensor.Index, in transaction, transaction.CountedAt());
            Recent.Add(sensor.Index, in transaction);
            Hosts.Add(in transaction);
            latencies?.Add(in transaction);
            foreach (var watcher in _watchers)
            {
                watcher.Offer(sensor, in transaction);
            }
        }

        latencies?.Flush();
        foreach (var watcher in _watchers)
        {
            watcher.Flush();
        }

        sensor.ClearEnded();
    }

    public bool TryAdd(Watcher watcher)
    {
        if (_watchers.Count >= options.MaxViewers)
        {
            return false;
        }

        _watchers.Add(watcher);
        return true;
    }

    public void Remove(Watcher watcher)
    {
        if (_watchers.Remove(watcher))
        {
            _lostToGone += watcher.LostTransactions;
        }
    }
}
