using System.Diagnostics;
using CaBridge.Analysis.Findings;

namespace CaBridge.Server.Live;

/// <summary>
/// What is wrong, of each sensor and of all together, as of the last second: an analyzer puts its findings into words only when it is asked, so that it
/// is asked once a second at most, and all of them together for a bounded time.
/// </summary>
/// <param name="sensors">By index.</param>
/// <param name="maxWatchers">At once.</param>
internal sealed class LiveFindings(FindingOptions options, IReadOnlyList<SensorState> sensors, int maxWatchers)
{
    /// <summary>Of each second; sensors whose turn did not come are asked in the next one.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(50);

    private readonly FindingTable _table = new(options.MaxFindings, sensor => sensors[sensor].Findings);
    private readonly List<FindingWatcher> _watchers = [];
    private int _next;

    /// <summary>Whether anything is looked for.</summary>
    public bool IsOn => options.Enabled;

    public FindingTable Table => _table;

    public int WatcherCount => _watchers.Count;

    /// <summary>Of a sensor, or of all together; in no order.</summary>
    public IEnumerable<(Finding Finding, string Sensor)> Of(SensorState? sensor) => sensor is null
        ? _table.All.Select(cause => (cause.Finding, sensors[cause.Sensor].Name))
        : sensor.Findings.All.Select(finding => (finding, sensor.Name));

    /// <summary>Asks the sensors that have something to tell.</summary>
    /// <param name="now">The server's clock.</param>
    public void Tick(DateTimeOffset now)
    {
        var began = Stopwatch.GetTimestamp();
        for (var asked = 0; asked < sensors.Count && Stopwatch.GetElapsedTime(began) < MostTime; asked++)
        {
            _next = (_next + 1) % sensors.Count;
            Ask(sensors[_next], now);
        }

        Flush();
    }

    /// <summary>Asks one whose capture is over, now: what it has found is all that there will be.</summary>
    public void TakeEnd(SensorState sensor)
    {
        Take(sensor, sensor.AskFindings());
        Flush();
    }

    /// <summary>Another session of a sensor begins; what the one before had found goes on no more.</summary>
    public void EndSession(SensorState sensor)
    {
        Take(sensor, sensor.AskFindings());
        Take(sensor, sensor.Findings.Close());
        sensor.Findings.EndSession();
        Flush();
    }

    public bool TryAdd(FindingWatcher watcher)
    {
        if (_watchers.Count >= maxWatchers)
        {
            return false;
        }

        _watchers.Add(watcher);
        var sensor = sensors.FirstOrDefault(known => string.Equals(known.Name, watcher.Sensor, StringComparison.Ordinal));
        watcher.Begin(watcher.Sensor.Length > 0 && sensor is null ? [] : Of(sensor));
        return true;
    }

    public void Remove(FindingWatcher watcher) => _watchers.Remove(watcher);

    private void Ask(SensorState sensor, DateTimeOffset now)
    {
        if (sensor.Session.IsComplete && sensor.Findings.HasOpen && now - sensor.Session.LastReceivedAt > TimeSpan.FromSeconds(options.Thresholds.QuietAfter.TotalSeconds))
        {
            Take(sensor, sensor.AskFindings());
            Take(sensor, sensor.Findings.Close());
        }
        else if (sensor.MayHaveFindings)
        {
            Take(sensor, sensor.AskFindings());
        }
    }

    private void Take(SensorState sensor, List<FindingStep> steps)
    {
        foreach (var step in steps)
        {
            foreach (var watcher in _watchers.Where(watcher => string.Equals(watcher.Sensor, sensor.Name, StringComparison.Ordinal)))
            {
                watcher.Offer(in step, sensor.Name);
            }

            _table.Take(sensor.Index, in step, Tell);
        }
    }

    private void Tell(FindingCause cause, FindingStep step)
    {
        foreach (var watcher in _watchers.Where(watcher => watcher.Sensor.Length == 0))
        {
            watcher.Offer(in step, sensors[cause.Sensor].Name);
        }
    }

    private void Flush()
    {
        foreach (var watcher in _watchers)
        {
            watcher.Flush();
        }
    }
}
