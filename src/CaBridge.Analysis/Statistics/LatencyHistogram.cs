using System.Numerics;

namespace CaBridge.Analysis.Statistics;

/// <summary>
/// A base-2 exponential histogram of scale 5: the buckets of OpenTelemetry's exponential histogram (data model, "ExponentialHistogram") and
/// of Prometheus' native histograms. Bucket <c>i</c> counts values in <c>(2^(i/32), 2^((i+1)/32)]</c>; zero has a count of its own.
/// </summary>
/// <remarks>
/// A quantile is off by at most 1.09 % of the value that linear interpolation over the values themselves gives. Merging parts gives the
/// counts of the whole, bit for bit, in any order.
/// </remarks>
public sealed class LatencyHistogram
{
    public const int Scale = 5;

    /// <summary>Buckets between a power of two and the next.</summary>
    private const int BucketsPerOctave = 1 << Scale;

    private const int SlotBits = 6;

    /// <summary>
    /// ⌊2^(63 + k/32)⌋ for k = 0…31: the upper bounds of the buckets of an octave, scaled so that the leading one is bit 63. Integers, so that
    /// every machine puts a value into the same bucket.
    /// </summary>
    private static readonly ulong[] UpperBounds =
    [
        0x8000000000000000, 0x82CD8698AC2BA1D7, 0x85AAC367CC487B14, 0x88980E8092DA8527, 0x8B95C1E3EA8BD6E6, 0x8EA4398B45CD53C0,
        0x91C3D373AB11C336, 0x94F4EFA8FEF70961, 0x9837F0518DB8A96F, 0x9B8D39B9D54E5538, 0x9EF5326091A111AD, 0xA27043030C496818,
        0xA5FED6A9B15138EA, 0xA9A15AB4EA7C0EF8, 0xAD583EEA42A14AC6, 0xB123F581D2AC258F, 0xB504F333F9DE6484, 0xB8FBAF4762FB9EE9,
        0xBD08A39F580C36BE, 0xC12C4CCA66709456, 0xC5672A115506DADD, 0xC9B9BD866E2F27A2, 0xCE248C151F8480E3, 0xD2A81D91F12AE45A,
        0xD744FCCAD69D6AF4, 0xDBFBB797DAF23755, 0xE0CCDEEC2A94E111, 0xE5B906E77C8348A8, 0xEAC0C6E7DD24392E, 0xEFE4B99BDCDAF5CB,
        0xF5257D152486CC2C, 0xFA83B2DB722A033A, ulong.MaxValue,
    ];

    /// <summary>For the six bits after the leading one: how many bounds lie below. A slot is narrower than a bucket, so one comparison is left.</summary>
    private static readonly byte[] BoundsBelowSlot = CountBoundsBelowSlots();

    private long[] _counts = [];

    /// <summary>All values, zeros included.</summary>
    public long Count { get; private set; }

    public long ZeroCount { get; private set; }

    /// <summary>The index of the first of <see cref="Buckets"/>; of no meaning while there is none.</summary>
    public int FirstBucket { get; private set; }

    /// <summary>Counts from <see cref="FirstBucket"/> on, without holes; valid until the next change.</summary>
    public ReadOnlySpan<long> Buckets => _counts;

    /// <param name="nanoseconds">A negative value, which a clock that was set back makes, counts as zero.</param>
    /// <remarks>Allocates only while the range of buckets grows, 2,017 at most.</remarks>
    public void Add(long nanoseconds)
    {
        Count++;
        if (nanoseconds <= 0)
        {
            ZeroCount++;
            return;
        }

        var bucket = BucketOf(nanoseconds);
        if ((uint)(bucket - FirstBucket) >= (uint)_counts.Length)
        {
            Cover(bucket, bucket);
        }

        _counts[bucket - FirstBucket]++;
    }

    public void Merge(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Count += other.Count;
        ZeroCount += other.ZeroCount;
        if (other._counts.Length == 0)
        {
            return;
        }

        Cover(other.FirstBucket, other.FirstBucket + other._counts.Length - 1);
        var shift = other.FirstBucket - FirstBucket;
        for (var i = 0; i < other._counts.Length; i++)
        {
            _counts[shift + i] += other._counts[i];
        }
    }

    /// <summary>The value at rank (n − 1)·q, interpolated linearly between its two neighbours; NaN when empty.</summary>
    /// <param name="q">0 to 1.</param>
    public double Quantile(double q)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(q);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(q, 1);
        if (Count == 0)
        {
            return double.NaN;
        }

        var rank = QuantileRank.Of(Count, q);
        return rank.Interpolate(ValueAt(rank.Lower), ValueAt(rank.Upper));
    }

    /// <summary>A value for each bucket that has any, with its count.</summary>
    internal LatencySample Sample()
    {
        var runs = new LatencyRuns();
        if (ZeroCount > 0)
        {
            runs.Add(0, ZeroCount);
        }

        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0)
            {
                runs.Add((long)Math.Round(Representative(FirstBucket + i)), _counts[i]);
            }
        }

        return runs.ToSample(exact: false);
    }

    /// <summary>The bucket of a positive value.</summary>
    internal static int BucketOf(long nanoseconds)
    {
        var exponent = BitOperations.Log2((ulong)nanoseconds);
        var scaled = (ulong)nanoseconds << (63 - exponent);
        int below = BoundsBelowSlot[(int)(scaled >> (63 - SlotBits)) & ((1 << SlotBits) - 1)];
        if (scaled > UpperBounds[below])
        {
            below++;
        }

        return (exponent * BucketsPerOctave) + below - 1;
    }

    /// <summary>The value whose relative distance to both bounds of the bucket is the same and smallest: 1.083 %.</summary>
    private static double Representative(int bucket)
    {
        var lower = Math.Pow(2, bucket / (double)BucketsPerOctave);
        var upper = Math.Pow(2, (bucket + 1) / (double)BucketsPerOctave);
        return 2 * lower * upper / (lower + upper);
    }

    private static byte[] CountBoundsBelowSlots()
    {
        var below = new byte[1 << SlotBits];
        for (var slot = 0; slot < below.Length; slot++)
        {
            var first = (1UL << 63) | ((ulong)slot << (63 - SlotBits));
            below[slot] = (byte)UpperBounds.Count(bound => bound < first);
        }

        return below;
    }

    private double ValueAt(long rank)
    {
        var passed = ZeroCount;
        if (rank < passed)
        {
            return 0;
        }

        var last = 0;
        for (var i = 0; i < _counts.Length && passed <= rank; i++)
        {
            passed += _counts[i];
            last = i;
        }

        return Representative(FirstBucket + last);
    }

    private void Cover(int first, int last)
    {
        if (_counts.Length > 0)
        {
            first = Math.Min(first, FirstBucket);
            last = Math.Max(last, FirstBucket + _counts.Length - 1);
        }

        if (last - first + 1 == _counts.Length)
        {
            return;
        }

        var grown = new long[last - first + 1];
        _counts.CopyTo(grown.AsSpan(_counts.Length == 0 ? 0 : FirstBucket - first));
        _counts = grown;
        FirstBucket = first;
    }
}
