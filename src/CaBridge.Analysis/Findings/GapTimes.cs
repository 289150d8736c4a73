namespace CaBridge.Analysis.Findings;

/// <summary>When the capture missed bytes of circuits: stretches of time, those that are near each other as one. Bounded; the oldest go first.</summary>
internal sealed class GapTimes
{
    private const int MaxStretches = 1024;
    private static readonly CaptureDuration Near = CaptureDuration.FromSeconds(1);

    private readonly List<(CaptureTime First, CaptureTime Last)> _stretches = [];

    public void Add(CaptureTime at)
    {
        if (_stretches.Count > 0 && _stretches[^1] is var latest && at >= latest.First && at - latest.Last <= Near)
        {
            _stretches[^1] = (latest.First, at > latest.Last ? at : latest.Last);
            return;
        }

        if (_stretches.Count == MaxStretches)
        {
            _stretches.RemoveAt(0);
        }

        _stretches.Add((at, at));
    }

    public bool Overlap(CaptureTime first, CaptureTime last)
    {
        foreach (var (from, to) in _stretches)
        {
            if (from <= last && to >= first)
            {
                return true;
            }
        }

        return false;
    }
}
