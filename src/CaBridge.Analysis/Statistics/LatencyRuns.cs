namespace CaBridge.Analysis.Statistics;

/// <summary>Makes a <see cref="LatencySample"/> of values that come in ascending order.</summary>
internal sealed class LatencyRuns
{
    private readonly List<long> _values = [];
    private readonly List<long> _counts = [];

    public void Add(long value, long count)
    {
        if (_values.Count > 0 && _values[^1] == value)
        {
            _counts[^1] += count;
        }
        else
        {
            _values.Add(value);
            _counts.Add(count);
        }
    }

    public LatencySample ToSample(bool exact) => new([.. _values], [.. _counts], exact);
}
