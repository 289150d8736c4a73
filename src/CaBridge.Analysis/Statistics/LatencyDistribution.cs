using System.Buffers;

namespace CaBridge.Analysis.Statistics;

/// <summary>
/// The latencies of one group: the values themselves up to a bound, from there on a <see cref="LatencyHistogram"/>. Count, mean, standard
/// deviation, minimum and maximum are exact in both.
/// </summary>
public sealed class LatencyDistribution
{
    public const int DefaultMaxExactValues = 262_144;

    private readonly int _maxExactValues;
    private readonly ExactValues _room;
    private ExactValues.Series _values;

    /// <summary>Of 2³² ns and more, all greater than <see cref="_values"/>: rare, so the others take half the room.</summary>
    private List<long>? _long;
    private LatencyHistogram? _histogram;
    private Int128 _sum;
    private SquareSum _squares;

    /// <param name="maxExactValues">Values held before the histogram takes over.</param>
    /// <param name="room">Shared with other groups; when it is used up the histogram takes over earlier.</param>
    public LatencyDistribution(int maxExactValues = DefaultMaxExactValues, ExactValues? room = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxExactValues);
        _maxExactValues = maxExactValues;
        _room = room ?? new ExactValues(maxExactValues);
    }

    public long Count { get; private set; }

    /// <summary>Of no meaning while empty, as <see cref="Maximum"/>.</summary>
    public long Minimum { get; private set; } = long.MaxValue;

    public long Maximum { get; private set; } = long.MinValue;

    /// <summary>NaN while empty.</summary>
    public double Mean => (double)_sum / Count;

    /// <summary>Whether quantiles come from the values themselves.</summary>
    public bool Exact => _histogram is null;

    private int Held => _values.Count + (_long?.Count ?? 0);

    /// <remarks>Allocates only where a page of <see cref="ExactValues"/> is full, and when the histogram takes over.</remarks>
    /// <param name="nanoseconds">As for <see cref="LatencyHistogram.Add"/>, a negative value counts as zero.</param>
    public void Add(long nanoseconds)
    {
        nanoseconds = Math.Max(nanoseconds, 0);
        Count++;
        _sum += nanoseconds;
        _squares.Add(nanoseconds);
        Minimum = Math.Min(Minimum, nanoseconds);
        Maximum = Math.Max(Maximum, nanoseconds);
        if (_histogram is null && TryHold(nanoseconds))
        {
            return;
        }

        (_histogram ??= GoOverToHistogram()).Add(nanoseconds);
    }

    /// <summary>Adds all values of another distribution. The result is <see cref="Exact"/> only if both were, and there is room.</summary>
    public void Merge(LatencyDistribution other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
        {
            return;
        }

        if (other._histogram is null && _histogram is null && Held + other.Held <= _maxExactValues)
        {
            other.TellValues(Add);
            return;
        }

        _histogram ??= GoOverToHistogram();
        _histogram.Merge(other._histogram ?? other.ToHistogram());
        Count += other.Count;
        _sum += other._sum;
        _squares.Add(other._squares);
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
    }

    /// <summary>As <see cref="LatencyHistogram.Quantile"/>; without its error while <see cref="Exact"/>. NaN while empty.</summary>
    /// <remarks>Sorts while <see cref="Exact"/>: <see cref="Quantiles"/> gives several at the price of one.</remarks>
    /// <param name="q">0 to 1.</param>
    public double Quantile(double q)
    {
        Span<double> result = stackalloc double[1];
        Quantiles([q], result);
        return result[0];
    }

    /// <summary>A quantile for each of <paramref name="qs"/>, as <see cref="Quantile"/>.</summary>
    /// <param name="results">At least as long as <paramref name="qs"/>.</param>
    public void Quantiles(ReadOnlySpan<double> qs, Span<double> results)
    {
        if (qs.ContainsAnyExceptInRange(0, 1))
        {
            throw new ArgumentOutOfRangeException(nameof(qs), "A quantile is from 0 to 1.");
        }

        if (Count == 0)
        {
            results[..qs.Length].Fill(double.NaN);
            return;
        }

        if (_histogram is not null)
        {
            for (var i = 0; i < qs.Length; i++)
            {
                results[i] = Math.Clamp(_histogram.Quantile(qs[i]), Minimum, Maximum);
            }

            return;
        }

        ExactQuantiles(qs, results);
    }

    /// <exception cref="InvalidOperationException">There is no value yet.</exception>
    public LatencySummary Summary()
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("A distribution without values has no summary.");
        }

        Span<double> percentiles = stackalloc double[5];
        Quantiles([0.25, 0.50, 0.75, 0.95, 0.99], percentiles);
        return new LatencySummary(
            Count,
            Mean,
            StandardDeviation: Count == 1 ? null : Math.Sqrt(_squares.AroundMean(Count, _sum) / (Count - 1)),
            Minimum,
            Percentile25: percentiles[0],
            Percentile50: percentiles[1],
            Percentile75: percentiles[2],
            Percentile95: percentiles[3],
            Percentile99: percentiles[4],
            Maximum,
            Exact);
    }

    /// <summary>All values, sorted.</summary>
    /// <param name="inBuckets">Whether by the histogram's buckets in any case, to be compared with one that is not <see cref="Exact"/>.</param>
    public LatencySample Sample(bool inBuckets = false)
    {
        if (_histogram is not null || inBuckets)
        {
            return (_histogram ?? ToHistogram()).Sample();
        }

        var runs = new LatencyRuns();
        var borrowed = ArrayPool<uint>.Shared.Rent(_values.Count);
        foreach (var value in Sorted(borrowed))
        {
            runs.Add(value, 1);
        }

        ArrayPool<uint>.Shared.Return(borrowed);
        _long?.ForEach(value => runs.Add(value, 1));
        return runs.ToSample(exact: true);
    }

    /// <summary>All values as a histogram of its own.</summary>
    public LatencyHistogram ToHistogram()
    {
        var histogram = new LatencyHistogram();
        if (_histogram is not null)
        {
            histogram.Merge(_histogram);
        }
        else
        {
            TellValues(histogram.Add);
        }

        return histogram;
    }

    private bool TryHold(long nanoseconds)
    {
        if (Held >= _maxExactValues)
        {
            return false;
        }

        if (nanoseconds <= uint.MaxValue)
        {
            return _room.TryAdd(ref _values, (uint)nanoseconds);
        }

        if (!_room.TryTake(sizeof(long) / sizeof(uint), always: Held < ExactValues.AlwaysHeld))
        {
            return false;
        }

        (_long ??= []).Add(nanoseconds);
        return true;
    }

    private void ExactQuantiles(ReadOnlySpan<double> qs, Span<double> results)
    {
        var borrowed = ArrayPool<uint>.Shared.Rent(_values.Count);
        var values = Sorted(borrowed);
        for (var i = 0; i < qs.Length; i++)
        {
            var rank = QuantileRank.Of(Held, qs[i]);
            results[i] = rank.Interpolate(At(values, rank.Lower), At(values, rank.Upper));
        }

        ArrayPool<uint>.Shared.Return(borrowed);
    }

    /// <summary>Sorts <see cref="_long"/>, too.</summary>
    /// <param name="room">For all of <see cref="_values"/>.</param>
    private Span<uint> Sorted(uint[] room)
    {
        var values = room.AsSpan(0, _values.Count);
        _room.CopyTo(_values, values);
        RadixSort.Sort(values, (uint)Math.Min(Maximum, uint.MaxValue));
        _long?.Sort();
        return values;
    }

    private long At(ReadOnlySpan<uint> sorted, long rank) =>
        rank < sorted.Length ? sorted[(int)rank] : _long![(int)rank - sorted.Length];

    private LatencyHistogram GoOverToHistogram()
    {
        var histogram = ToHistogram();
        _room.TryTake(-(_long?.Count ?? 0) * (sizeof(long) / sizeof(uint)), always: true);
        _room.Return(ref _values);
        _long = null;
        return histogram;
    }

    /// <summary>All values that are held.</summary>
    private void TellValues(Action<long> add)
    {
        var borrowed = ArrayPool<uint>.Shared.Rent(_values.Count);
        var values = borrowed.AsSpan(0, _values.Count);
        _room.CopyTo(_values, values);
        foreach (var value in values)
        {
            add(value);
        }

        ArrayPool<uint>.Shared.Return(borrowed);
        foreach (var value in _long ?? [])
        {
            add(value);
        }
    }
}
