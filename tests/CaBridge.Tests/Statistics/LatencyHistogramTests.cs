using System.Numerics;
using CaBridge.Analysis.Statistics;
using CsCheck;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class LatencyHistogramTests
{
    private const double MaxRelativeError = 0.0109;

    /// <summary>Latencies of every magnitude, 1 ns to 292 years, and zero.</summary>
    private static readonly Gen<long> Latency = Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, 63], (value, shift) => value >> shift);

    [TestCase(1, ExpectedResult = -1)]
    [TestCase(2, ExpectedResult = 31)]
    [TestCase(3, ExpectedResult = 50)]
    [TestCase(4, ExpectedResult = 63)]
    [TestCase(1L << 40, ExpectedResult = (40 * 32) - 1)]
    [TestCase((1L << 40) + 1, ExpectedResult = 40 * 32)]
    [TestCase(long.MaxValue, ExpectedResult = 2015)]
    public int Bucket_of_a_value_is_that_of_OpenTelemetry_at_scale_5(long value) => LatencyHistogram.BucketOf(value);

    [Test]
    public void Every_value_lies_within_its_bucket_exactly() =>
        Latency.Where(value => value > 0).Sample(value =>
        {
            var bucket = LatencyHistogram.BucketOf(value);
            // 2^(bucket/32) < value ≤ 2^((bucket+1)/32), both sides to the power of 32
            var power = BigInteger.Pow(value, 32);
            return (bucket < 0 || power > BigInteger.One << bucket) && power <= BigInteger.One << (bucket + 1);
        });

    [Test]
    public void Merging_parts_equals_the_whole_bit_for_bit() =>
        Gen.Select(Latency.Array[0, 200], Latency.Array[0, 200]).Sample((left, right) =>
        {
            var merged = Of(left);
            merged.Merge(Of(right));
            var whole = Of([.. left, .. right]);
            return merged.Count == whole.Count && merged.ZeroCount == whole.ZeroCount && merged.FirstBucket == whole.FirstBucket
                && merged.Buckets.SequenceEqual(whole.Buckets);
        });

    [Test]
    public void Quantile_is_within_1_09_percent_of_the_values_own() =>
        Gen.Select(Latency.Array[1, 300], Gen.Double[0, 1]).Sample((values, q) =>
        {
            var exact = new LatencyDistribution();
            foreach (var value in values)
            {
                exact.Add(value);
            }

            var expected = exact.Quantile(q);
            return Math.Abs(Of(values).Quantile(q) - expected) <= MaxRelativeError * expected;
        });

    [Test]
    public void Zero_and_negative_values_have_a_count_of_their_own()
    {
        var histogram = Of([0, -5, 1_000]);

        Assert.That((histogram.Count, histogram.ZeroCount, histogram.Buckets.Length), Is.EqualTo((3, 2, 1)));
        Assert.That(histogram.Quantile(0.5), Is.Zero);
    }

    [Test]
    public void Empty_histogram_has_no_quantile() => Assert.That(new LatencyHistogram().Quantile(0.5), Is.NaN);

    [Test]
    public void Adding_within_the_range_allocates_nothing()
    {
        var histogram = Of([1, long.MaxValue]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var value = 1L; value < 1_000_000_000_000; value += value / 7 + 1)
        {
            histogram.Add(value);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static LatencyHistogram Of(ReadOnlySpan<long> values)
    {
        var histogram = new LatencyHistogram();
        foreach (var value in values)
        {
            histogram.Add(value);
        }

        return histogram;
    }
}
