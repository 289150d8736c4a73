using CaBridge.Analysis;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Statistics;
using CaBridge.Server.Metrics;

namespace CaBridge.Server.Live;

/// <summary>What all sensors together saw: each operation once, though several may have seen it.</summary>
/// <param name="reached">As <see cref="CircuitViews"/> asks it.</param>
/// <param name="latencies">Told of each latency, for histograms beside the loop.</param>
/// <param name="clock">The server's.</param>
internal sealed class LiveStatistics(LiveOptions options, Func<int, CaptureTime> reached, LatencyFeed? latencies, TimeProvider clock)
{
    private readonly CircuitViews _views = new(options.MaxCircuits, reached);
    private readonly List<Watcher> _watchers = [];
    private long _lostToGone;

    /// <summary>While there is one sensor, its statistics are those of all: they need not be kept twice.</summary>
    private SensorState? _only;
    private TransactionStatistics? _total;

    public int WatcherCount => _watchers.Count;

    /// <summary>Operations that watchers, those that are gone included, did not get.</summary>
    public long LostToWatchers => _lostToGone + _watchers.Sum(watcher => watcher.LostTransactions);

    /// <summary>Of all sensors since the server started.</summary>
    public TransactionStatistics Total => _total ?? _only?.Statistics ?? Nothing();

    /// <summary>The account of all that ended since the server started.</summary>
    public OperationLedger Ledger { get; } = new();

    /// <summary>The earliest operation that was counted; null before.</summary>
    public CaptureTime? First { get; private set; }

    public RollingWindows Windows { get; } = new(options.MaxGroupsPerBucket, options.MaxGroups, clock);

    public TransactionRing Recent { get; } = new(options.MaxTransactions);

    public HostTables Hosts { get; } = new(options.MaxHosts);

    /// <summary>How channels came to be, each as one sensor saw it.</summary>
    public ConnectionTable Connections { get; } = new(maxKept: 0, options.MaxHosts);

    /// <summary>By the host that searches over UDP, and the name.</summary>
    public RecentTable<(Endpoint Client, string Pv), SearchActivity> Searches { get; } = new(options.MaxSearchedNames);

    /// <summary>Which sensors see a circuit.</summary>
    public CircuitViews Views => _views;

    /// <summary>Takes what ended at a sensor since the last time.</summary>
    public void Add(SensorState sensor)
    {
        Tell(sensor);
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

            _total?.Add(in transaction);
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

        foreach (ref readonly var connection in sensor.Connected)
        {
            // whose view counts, its operations have told
            if (_views.SensorOf(connection.Client, connection.Server).GetValueOrDefault(sensor.Index) == sensor.Index)
            {
                Connections.Add(in connection);
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

    private TransactionStatistics Nothing() => new(LatencyGrouping.Server, options.Latency, options.MaxUnanswered);

    private void Tell(SensorState sensor)
    {
        if (_total is not null || sensor.Ended.IsEmpty || ReferenceEquals(sensor, _only))
        {
            return;
        }

        if (_only is not { } only)
        {
            _only = sensor;
            return;
        }

        // what it has not told yet is in its statistics already
        Add(only);
        _total = Nothing();
        _total.Merge(only.Statistics);
        _only = null;
    }
}
