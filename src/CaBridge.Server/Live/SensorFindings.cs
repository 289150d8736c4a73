using CaBridge.Analysis.Findings;

namespace CaBridge.Server.Live;

/// <summary>The findings of one sensor: those of its session, and the latest of those before. One that is found again takes the place of the one before.</summary>
/// <param name="maxPast">Findings kept of sessions that are over.</param>
internal sealed class SensorFindings(int maxPast)
{
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private int _ofSession;
    private int _session;

    public IEnumerable<Finding> All => _held.Values.Select(held => held.Finding);

    public bool HasOpen { get; private set; }

    public Finding? Find(string key) => _held.TryGetValue(key, out var held) ? held.Finding : null;

    /// <summary>Takes what the session has found so far, all of it.</summary>
    /// <returns>What has changed.</returns>
    public List<FindingStep> Take(IReadOnlyList<Finding> found)
    {
        var steps = new List<FindingStep>();
        HasOpen = false;
        foreach (var finding in found)
        {
            var isKnown = _held.TryGetValue(finding.Key, out var before);
            _ofSession += isKnown && before.Session == _session ? 0 : 1;
            HasOpen |= finding.IsOpen;
            if (!isKnown || IsChanged(before.Finding, finding))
            {
                steps.Add(new FindingStep(finding, IsNew: !isKnown));
            }

            _held[finding.Key] = new Held(finding, _session);
        }

        if (_ofSession > found.Count)
        {
            Withdraw(found, steps);
        }

        return steps;
    }

    /// <summary>Nobody looks any more: nothing is known to go on.</summary>
    public List<FindingStep> Close()
    {
        var steps = new List<FindingStep>();
        foreach (var (key, held) in _held.Where(held => held.Value.Finding.IsOpen).ToList())
        {
            var closed = held.Finding with { IsOpen = false };
            _held[key] = held with { Finding = closed };
            steps.Add(new FindingStep(closed));
        }

        HasOpen = false;
        return steps;
    }

    /// <summary>The session is over, and another one begins.</summary>
    public void EndSession()
    {
        (_session, _ofSession) = (_session + 1, 0);
        foreach (var (key, _) in _held.OrderByDescending(held => held.Value.Finding.Last).Skip(maxPast).ToList())
        {
            _held.Remove(key);
        }
    }

    /// <summary>Details and names change with these.</summary>
    private static bool IsChanged(Finding before, Finding now) =>
        (before.Count, before.Last, before.Severity, before.Confidence, before.PvCount, before.InGap, before.IsOpen)
            != (now.Count, now.Last, now.Severity, now.Confidence, now.PvCount, now.InGap, now.IsOpen)
        || !string.Equals(before.Title, now.Title, StringComparison.Ordinal);

    private void Withdraw(IReadOnlyList<Finding> found, List<FindingStep> steps)
    {
        var keys = found.Select(finding => finding.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, held) in _held.Where(held => held.Value.Session == _session && !keys.Contains(held.Key)).ToList())
        {
            _held.Remove(key);
            _ofSession--;
            steps.Add(FindingStep.Gone(held.Finding));
        }
    }

    private readonly record struct Held(Finding Finding, int Session);
}
