using System.Buffers;

namespace CaBridge.Analysis.Statistics;

/// <summary>
/// The latencies of one group: the values themselves up to a bound, from there on a <see cref="LatencyHistogram"/>. Count, mean, standard
/// deviation, minimum and maximum are exact in both.
/// </summary>
public sealed class LatencyDistribution
{
    public const int DefaultMaxExactValues = 262_144;

    private const int FirstRoom = 8;

    /// <summary>Room beyond this is borrowed, as values in the large object heap cost a collection each.</summary>
    private const int LargestOwnRoom = 8192;

    private readonly int _maxExactValues;
    private readonly ExactValueBudget? _budget;
    private long[] _values = [];
    private int _room;
    private int _held;
    private bool _sorted = true;
    private LatencyHistogram? _histogram;
    private Int128 _sum;
    private SquareSum _squares;

    /// <param name="maxExactValues">Values held before the histogram takes over.</param>
    /// <param name="budget">Shared with other groups; without room in it the histogram takes over earlier.</param>
    public LatencyDistribution(int maxExactValues = DefaultMaxExactValues, ExactValueBudget? budget = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxExactValues);
        _maxExactValues = maxExactValues;
        _budget = budget;
    }

    public long Count { get; private set; }

    /// <summary>Of no meaning while empty, as <see cref="Maximum"/>.</summary>
    public long Minimum { get; private set; } = long.MaxValue;

    public long Maximum { get; private set; } = long.MinValue;

    /// <summary>NaN while empty.</summary>
    public double Mean => (double)_sum / Count;

    /// <summary>Whether quantiles come from the values themselves.</summary>
    public bool Exact => _histogram is null;

    /// <remarks>Allocates only while the room for exact values doubles, and when the histogram takes over.</remarks>
    /// <param name="nanoseconds">As for <see cref="LatencyHistogram.Add"/>, a negative value counts as zero.</param>
    public void Add(long nanoseconds)
    {
        nanoseconds = Math.Max(nanoseconds, 0);
        Count++;
        _sum += nanoseconds;
        _squares.Add(nanoseconds);
        Minimum = Math.Min(Minimum, nanoseconds);
        Maximum = Math.Max(Maximum, nanoseconds);
        if (_histogram is null && (_held < _room || TryGrow()))
        {
            _sorted = false;
            _values[_held++] = nanoseconds;
            return;
        }

        (_histogram ??= GoOverToHistogram()).Add(nanoseconds);
    }

    /// <summary>As <see cref="LatencyHistogram.Quantile"/>; without its error while <see cref="Exact"/>. NaN while empty.</summary>
    /// <param name="q">0 to 1.</param>
    public double Quantile(double q)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(q);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(q, 1);
        if (Count == 0)
        {
            return double.NaN;
        }

        if (_histogram is not null)
        {
            return Math.Clamp(_histogram.Quantile(q), Minimum, Maximum);
        }

        if (!_sorted)
        {
            RadixSort.Sort(_values.AsSpan(0, _held), Maximum);
            _sorted = true;
        }

        var rank = QuantileRank.Of(_held, q);
        return rank.Interpolate(_values[rank.Lower], _values[rank.Upper]);
    }

    /// <exception cref="InvalidOperationException">There is no value yet.</exception>
    public LatencySummary Summary() => Count == 0
        ? throw new InvalidOperationException("A distribution without values has no summary.")
        : new LatencySummary(
            Count,
            Mean,
            StandardDeviation: Count == 1 ? null : Math.Sqrt(_squares.AroundMean(Count, _sum) / (Count - 1)),
            Minimum,
            Percentile25: Quantile(0.25),
            Percentile50: Quantile(0.50),
            Percentile75: Quantile(0.75),
            Percentile95: Quantile(0.95),
            Percentile99: Quantile(0.99),
            Maximum,
            Exact);

    private bool TryGrow()
    {
        var room = Math.Min(Math.Max(FirstRoom, _room * 2L), _maxExactValues);
        if (room <= _room || _budget?.TryTake(room - _room) == false)
        {
            return false;
        }

        var grown = room <= LargestOwnRoom ? new long[room] : ArrayPool<long>.Shared.Rent((int)room);
        _values.AsSpan(0, _held).CopyTo(grown);
        Release();
        (_values, _room) = (grown, (int)room);
        return true;
    }

    private LatencyHistogram GoOverToHistogram()
    {
        var histogram = new LatencyHistogram();
        foreach (var value in _values.AsSpan(0, _held))
        {
            histogram.Add(value);
        }

        _budget?.Return(_room);
        Release();
        _held = 0;
        return histogram;
    }

    private void Release()
    {
        if (_room > LargestOwnRoom)
        {
            ArrayPool<long>.Shared.Return(_values);
        }

        (_values, _room) = ([], 0);
    }
}
