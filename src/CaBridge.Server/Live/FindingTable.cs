using CaBridge.Analysis.Findings;

namespace CaBridge.Server.Live;

/// <summary>
/// What is wrong as all sensors together see it, each cause once: told by the sensor that saw it first, and by another one where that one sees its end
/// and the other does not.
/// </summary>
/// <param name="maxFindings">Beyond them those go that are over, that which was seen the longest ago first.</param>
/// <param name="findingsOf">What a sensor has found, by its index.</param>
internal sealed class FindingTable(int maxFindings, Func<int, SensorFindings> findingsOf)
{
    /// <summary>So many go at once, as finding them costs a look at all.</summary>
    private const int EvictedShare = 8;

    private readonly Dictionary<string, FindingCause> _causes = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Sensor, string Key), FindingCause> _views = [];
    private readonly long[] _opened = new long[FindingNames.All.Count * FindingNames.AllSeverities.Count];

    public IEnumerable<FindingCause> All => _causes.Values;

    /// <summary>Given up because the table was full.</summary>
    public long Evicted { get; private set; }

    /// <summary>How often a finding of this kind opened with this severity.</summary>
    public long OpenedOf(FindingKind kind, FindingSeverity severity) => _opened[PlaceOf(kind, severity)];

    /// <summary>Takes what a sensor tells.</summary>
    /// <param name="tell">Told what has changed for all.</param>
    public void Take(int sensor, in FindingStep step, Action<FindingCause, FindingStep> tell)
    {
        var finding = step.Finding;
        if (Find(sensor, finding) is not { } cause)
        {
            if (!step.IsGone)
            {
                Add(sensor, finding, tell);
            }

            return;
        }

        var wasOpen = cause.Finding.IsOpen;
        if (step.IsGone)
        {
            _views.Remove((sensor, finding.Key));
            cause.Views.Remove(sensor);
        }

        if (cause.Sensor != sensor && (wasOpen || !finding.IsOpen))
        {
            return;
        }

        if (wasOpen && !finding.IsOpen && FindOpen(cause, sensor) is var (other, open))
        {
            cause.Set(open, other);
        }
        else if (step.IsGone)
        {
            Remove(cause, tell);
            return;
        }
        else
        {
            cause.Set(finding, sensor);
            Count(finding, finding.IsOpen && !wasOpen);
        }

        tell(cause, new FindingStep(cause.Finding));
    }

    private static int PlaceOf(FindingKind kind, FindingSeverity severity) => ((int)kind * FindingNames.AllSeverities.Count) + (int)severity;

    private void Count(Finding finding, bool hasOpened) => _opened[PlaceOf(finding.Kind, finding.Severity)] += hasOpened ? 1 : 0;

    private void Add(int sensor, Finding finding, Action<FindingCause, FindingStep> tell)
    {
        if (_causes.Count >= maxFindings)
        {
            Evict(tell);
        }

        var cause = new FindingCause(finding, sensor);
        _causes.Add(cause.Key, cause);
        See(cause, sensor, finding.Key);
        Count(finding, hasOpened: true);
        tell(cause, new FindingStep(finding, IsNew: true));
    }

    /// <summary>The cause of a sensor's finding, which the sensor sees from now on.</summary>
    private FindingCause? Find(int sensor, Finding finding)
    {
        if (_views.TryGetValue((sensor, finding.Key), out var known))
        {
            return known;
        }

        var cause = _causes.GetValueOrDefault(finding.Key);
        if (cause is null && finding.Kind is FindingKind.ServerRestart or FindingKind.SearchStorm)
        {
            cause = _causes.Values.FirstOrDefault(other => other.IsAlso(finding) && !other.Views.ContainsKey(sensor));
        }

        if (cause is not null)
        {
            See(cause, sensor, finding.Key);
        }

        return cause;
    }

    private (int Sensor, Finding Finding)? FindOpen(FindingCause cause, int except)
    {
        foreach (var (sensor, key) in cause.Views)
        {
            if (sensor != except && findingsOf(sensor).Find(key) is { IsOpen: true } open)
            {
                return (sensor, open);
            }
        }

        return null;
    }

    private void See(FindingCause cause, int sensor, string key)
    {
        cause.Views[sensor] = key;
        _views[(sensor, key)] = cause;
    }

    private void Evict(Action<FindingCause, FindingStep> tell)
    {
        var oldest = _causes.Values.OrderBy(cause => cause.Finding.IsOpen).ThenBy(cause => cause.Finding.Last).Take(Math.Max(1, maxFindings / EvictedShare)).ToList();
        oldest.ForEach(cause => Remove(cause, tell));
        Evicted += oldest.Count;
    }

    private void Remove(FindingCause cause, Action<FindingCause, FindingStep> tell)
    {
        _causes.Remove(cause.Key);
        foreach (var (sensor, key) in cause.Views)
        {
            _views.Remove((sensor, key));
        }

        tell(cause, FindingStep.Gone(cause.Finding));
    }
}
