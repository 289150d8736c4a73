namespace CaBridge.Analysis.Statistics;

/// <summary>Latencies in ascending order, each value once with its count; immutable.</summary>
public sealed class LatencySample
{
    private readonly long[] _values;
    private readonly long[] _counts;

    /// <param name="values">Nanoseconds, strictly ascending.</param>
    /// <param name="counts">Of each, above 0.</param>
    /// <param name="exact">Whether these are the values themselves.</param>
    internal LatencySample(long[] values, long[] counts, bool exact)
    {
        (_values, _counts, Exact) = (values, counts, exact);
        Count = counts.Sum();
    }

    /// <summary>Of all values.</summary>
    public long Count { get; }

    /// <summary>Whether these are the values themselves; else a value stands for all of a bucket of <see cref="LatencyHistogram"/>.</summary>
    public bool Exact { get; }

    /// <summary>Nanoseconds, strictly ascending.</summary>
    public ReadOnlySpan<long> Values => _values;

    /// <summary>How often each of <see cref="Values"/> is there.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <param name="values">In any order.</param>
    public static LatencySample Of(ReadOnlySpan<long> values)
    {
        long[] sorted = [.. values];
        Array.Sort(sorted);
        var runs = new LatencyRuns();
        foreach (var value in sorted)
        {
            runs.Add(value, 1);
        }

        return runs.ToSample(exact: true);
    }
}
