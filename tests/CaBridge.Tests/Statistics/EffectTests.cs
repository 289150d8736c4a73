using CaBridge.Analysis.Statistics;
using CsCheck;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class EffectTests
{
    private static readonly Gen<long> AnyLatency = Gen.OneOf(Gen.Long[0, 20], Gen.Long[0, 60_000_000_000]);

    [TestCase(0, ExpectedResult = EffectSize.Negligible)]
    [TestCase(-0.146, ExpectedResult = EffectSize.Negligible)]
    [TestCase(0.147, ExpectedResult = EffectSize.Small)]
    [TestCase(-0.33, ExpectedResult = EffectSize.Medium)]
    [TestCase(0.474, ExpectedResult = EffectSize.Large)]
    [TestCase(-1, ExpectedResult = EffectSize.Large)]
    public EffectSize Words_have_their_bounds(double delta) => new CliffsDelta(delta).Size;

    [Test]
    public void Delta_is_1_where_all_got_slower() =>
        Assert.That(CliffsDelta.Of(RankSumTest.Of(LatencySample.Of([1, 2, 3]), LatencySample.Of([4, 5]))).Value, Is.EqualTo(1));

    [Test]
    public void Shift_is_the_median_of_all_differences() => Gen.Select(AnyLatency.Array[1, 30], AnyLatency.Array[1, 30]).Sample((before, after) =>
    {
        double[] differences = [.. after.SelectMany(value => before.Select(other => (double)(value - other))).Order()];
        var expected = (differences[(differences.Length - 1) / 2] + differences[differences.Length / 2]) / 2;

        Assert.That(Shift(before, after), Is.EqualTo(expected));
        Assert.That(Shift(after, before), Is.EqualTo(-expected));
    });

    [Test]
    public void A_constant_that_is_added_is_the_shift() => Gen.Select(AnyLatency.Array[1, 50], AnyLatency).Sample((values, constant) =>
        Assert.That(Shift(values, Array.ConvertAll(values, value => value + constant)), Is.EqualTo(constant)));

    [Test]
    public void Samples_have_every_value_once() => AnyLatency.Array[0, 100].Sample(values =>
    {
        var distribution = new LatencyDistribution();
        Array.ForEach(values, distribution.Add);
        var (expected, sample) = (LatencySample.Of(values), distribution.Sample());

        Assert.That(sample.Values.ToArray(), Is.Ordered.Ascending.And.Unique.And.EqualTo(expected.Values.ToArray()));
        Assert.That(sample.Counts.ToArray(), Is.EqualTo(expected.Counts.ToArray()));
        Assert.That((sample.Count, sample.Exact), Is.EqualTo(((long)values.Length, true)));
    });

    [Test]
    public void Buckets_are_the_same_of_values_and_of_the_histogram() => AnyLatency.Array[1, 100].Sample(values =>
    {
        var (kept, bucketed) = (new LatencyDistribution(), new LatencyDistribution(maxExactValues: 0));
        Array.ForEach(values, value =>
        {
            kept.Add(value);
            bucketed.Add(value);
        });
        var (expected, sample) = (kept.Sample(inBuckets: true), bucketed.Sample());

        Assert.That(sample.Values.ToArray(), Is.Ordered.Ascending.And.Unique.And.EqualTo(expected.Values.ToArray()));
        Assert.That(sample.Counts.ToArray(), Is.EqualTo(expected.Counts.ToArray()));
        Assert.That((sample.Exact, expected.Exact), Is.EqualTo((false, false)));
        Assert.That(sample.Count, Is.EqualTo(values.Length));
    });

    /// <summary>Buckets are narrow: what is lost by them is less than what anybody acts on.</summary>
    [Test]
    public void Buckets_tell_almost_what_values_tell() => Gen.Select(Gen.Long[1_000_000, 3_000_000].Array[20, 100], Gen.Long[1_500_000, 4_000_000].Array[20, 100]).Sample((before, after) =>
    {
        var exact = RankSumTest.Of(LatencySample.Of(before), LatencySample.Of(after));
        var inBuckets = RankSumTest.Of(Bucketed(before), Bucketed(after));

        Assert.That(CliffsDelta.Of(inBuckets).Value, Is.EqualTo(CliffsDelta.Of(exact).Value).Within(0.04));

        static LatencySample Bucketed(long[] values)
        {
            var distribution = new LatencyDistribution(maxExactValues: 0);
            Array.ForEach(values, distribution.Add);
            return distribution.Sample();
        }
    });

    private static double Shift(long[] before, long[] after) => HodgesLehmannShift.Of(LatencySample.Of(before), LatencySample.Of(after));
}
