using CaBridge.Analysis.Statistics;
using CsCheck;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class FisherExactTestTests
{
    private static readonly Gen<(int HitsBefore, int Before, int HitsAfter, int After)> AnyTable =
        Gen.Select(Gen.Int[0, 12], Gen.Int[1, 12], Gen.Int[0, 12], Gen.Int[1, 12], (a, b, c, d) => (Math.Min(a, b), b, Math.Min(c, d), d));

    /// <summary>
    /// Fisher's lady tasting tea, 3 of 4 cups right: 34/70, R's <c>fisher.test(TeaTasting)</c> two-sided. His convicts, 10 of 13 and 2 of 17: 0.0005367
    /// (R's <c>fisher.test(Convictions)</c>).
    /// </summary>
    [TestCase(3, 4, 1, 4, 34 / 70.0)]
    [TestCase(10, 13, 2, 17, 0.0005367241191434358)]
    [TestCase(0, 5, 5, 5, 2 / 252.0)]
    [TestCase(0, 10, 0, 10, 1)]
    [TestCase(7, 7, 9, 9, 1)]
    public void Known_tables_have_their_p_value(long hitsBefore, long before, long hitsAfter, long after, double expected) =>
        Assert.That(FisherExactTest.PValue(hitsBefore, before, hitsAfter, after), Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void P_value_sums_the_tables_that_are_no_likelier() => AnyTable.Sample((a, b, c, d) =>
    {
        var hits = a + c;
        double[] weights = [.. Enumerable.Range(0, hits + 1).Select(k => Choose(b, k) * Choose(d, hits - k))];
        var expected = weights.Where(weight => weight <= weights[a] * (1 + 1e-7)).Sum() / weights.Sum();

        Assert.That(FisherExactTest.PValue(a, b, c, d), Is.EqualTo(expected).Within(1e-12));
    });

    [Test]
    public void Sides_and_hits_may_be_swapped() => AnyTable.Sample((a, b, c, d) =>
    {
        var expected = FisherExactTest.PValue(a, b, c, d);

        Assert.That(FisherExactTest.PValue(c, d, a, b), Is.EqualTo(expected).Within(1e-12));
        Assert.That(FisherExactTest.PValue(b - a, b, d - c, d), Is.EqualTo(expected).Within(1e-12));
    });

    [Test]
    public void Large_tables_take_no_time_and_are_probabilities([Values(0, 1_000_000, 500_000_000)] long hits)
    {
        var none = FisherExactTest.PValue(hits, 1_000_000_000, hits, 1_000_000_000);
        var some = FisherExactTest.PValue(0, 1_000_000_000, 1_000_000, 1_000_000_000);

        Assert.That(none, Is.EqualTo(1).Within(1e-9));
        Assert.That(some, Is.InRange(0, 1e-200));
    }

    [Test]
    public void Adjusted_values_are_those_of_Benjamini_and_Hochberg()
    {
        // the first step of the example of their paper (1995, section 4), 15 p-values of a study of thrombolysis: the largest k with p ≤ k/15 · 0.05 is 4
        double[] p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000];

        Assert.That(FalseDiscoveryRate.Adjust(p).Count(q => q <= 0.05), Is.EqualTo(4));
        Assert.That(FalseDiscoveryRate.Adjust([0.04, 0.01, 0.03]), Is.EqualTo(new[] { 0.04, 0.03, 0.04 }).Within(1e-15));
        Assert.That(FalseDiscoveryRate.Adjust([]), Is.Empty);
    }

    [Test]
    public void Adjusting_keeps_the_order_and_lowers_nothing() => Gen.Double[0, 1].Array[1, 50].Sample(p =>
    {
        var q = FalseDiscoveryRate.Adjust(p);

        Assert.That(q.Zip(p).All(pair => pair.First >= pair.Second && pair.First <= 1), Is.True);
        Assert.That(q.Zip(p).OrderBy(pair => pair.Second).Select(pair => pair.First), Is.Ordered.Ascending);
    });

    private static double Choose(int n, int k) => k < 0 || k > n ? 0 : Enumerable.Range(1, k).Aggregate(1.0, (product, i) => product * (n - k + i) / i);
}
