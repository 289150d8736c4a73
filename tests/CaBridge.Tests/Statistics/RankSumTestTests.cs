using CaBridge.Analysis.Statistics;
using CsCheck;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class RankSumTestTests
{
    private static readonly Gen<long> AnyLatency = Gen.OneOf(Gen.Long[0, 20], Gen.Long[0, 60_000_000_000]);
    private static readonly Gen<(long[] Before, long[] After)> AnySamples = Gen.Select(AnyLatency.Array[1, 60], AnyLatency.Array[1, 60]);

    /// <summary>
    /// The example of Mann and Whitney's test in SciPy's documentation of <c>mannwhitneyu</c>: ages of diagnosis of diabetes, 4 women and 5 men;
    /// U = 17 or 3, p = 0.1111 exact and 0.1113 by the normal distribution.
    /// </summary>
    [Test]
    public void Example_of_SciPy_has_its_answer()
    {
        long[] males = [19, 22, 16, 29, 24];
        long[] females = [20, 11, 17, 12];
        var test = Test(females, males);

        Assert.That((test.U, test.IsExactDistribution), Is.EqualTo((17.0, true)));
        Assert.That(test.PValue, Is.EqualTo(1 / 9.0).Within(1e-15));
    }

    /// <summary>
    /// By hand: U = 2 + 3.5 + 4 + 4.5 + 5 of 25; three equal values, and twice two, so Σ(t³ − t) = 24 + 6 + 6, and σ² = 25/12 · (11 − 36/90).
    /// </summary>
    [Test]
    public void Ties_lessen_the_variance()
    {
        var test = Test([1, 2, 2, 3, 5], [2, 3, 4, 5, 6]);

        Assert.That((test.U, test.IsExactDistribution), Is.EqualTo((19.0, false)));
        Assert.That(test.PValue, Is.EqualTo(NormalDistribution.BothTails(6 / Math.Sqrt(25 / 12.0 * (11 - (36 / 90.0))))).Within(1e-14));
    }

    [TestCase(1, 1)]
    [TestCase(2, 5)]
    [TestCase(4, 4)]
    [TestCase(5, 6)]
    [TestCase(3, 8)]
    public void Exact_p_value_is_that_of_all_orders(int first, int second)
    {
        var all = first + second;
        double[] distances = [.. Enumerable.Range(0, 1 << all).Where(set => int.PopCount(set) == first).Select(Distance)];
        for (var set = 0; set < 1 << all; set++)
        {
            if (int.PopCount(set) == first)
            {
                var asFar = distances.Count(distance => distance >= Distance(set)) / (double)distances.Length;

                Assert.That(Test(Ranks(set, isIn: true), Ranks(set, isIn: false)).PValue, Is.EqualTo(asFar).Within(1e-12));
            }
        }

        long[] Ranks(int set, bool isIn) => [.. Enumerable.Range(0, all).Where(rank => (set >> rank) % 2 == 1 == isIn).Select(rank => (long)rank)];

        double Distance(int set)
        {
            var (before, after) = (Ranks(set, isIn: true), Ranks(set, isIn: false));
            return Math.Abs(after.Sum(value => before.Count(other => other < value)) - (before.Length * after.Length / 2.0));
        }
    }

    /// <summary>As far as the exact distribution is reckoned, its numbers are whole and its sum is all orders.</summary>
    [TestCase(31, 32)]
    [TestCase(25, 40)]
    [TestCase(1, 1000)]
    [TestCase(10, 100)]
    public void Exact_tails_meet_in_the_middle(int first, int second)
    {
        var half = first * second / 2;
        var below = RankSumDistribution.LowerTail(first, second, half);
        var middle = below - RankSumDistribution.LowerTail(first, second, half - 1);
        var isEven = first * second % 2 == 0;

        Assert.That((2 * below) - (isEven ? middle : 0), Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void Normal_p_value_is_near_the_exact_one()
    {
        for (var u = 60; u <= 200; u += 10)
        {
            var exact = 2 * RankSumDistribution.LowerTail(20, 20, u);
            var normal = NormalDistribution.BothTails(Math.Max(0, 200 - u - 0.5) / Math.Sqrt(20 * 20 / 12.0 * 41));

            Assert.That(normal, Is.EqualTo(Math.Min(1, exact)).Within(0.01));
        }
    }

    [Test]
    public void U_counts_pairs() => AnySamples.Sample((before, after) =>
    {
        var pairs = after.Sum(value => before.Sum(other => other < value ? 1 : other == value ? 0.5 : 0));

        Assert.That(Test(before, after).U, Is.EqualTo(pairs));
    });

    [Test]
    public void Sides_are_equal() => AnySamples.Sample((before, after) =>
    {
        var (there, back) = (Test(before, after), Test(after, before));

        Assert.That(there.U + back.U, Is.EqualTo(there.Pairs));
        Assert.That(there.PValue, Is.EqualTo(back.PValue).Within(1e-12));
        Assert.That(CliffsDelta.Of(there).Value, Is.EqualTo(-CliffsDelta.Of(back).Value).Within(1e-12));
    });

    /// <summary>Only ranks count: doubling, squaring or a logarithm changes nothing.</summary>
    [Test]
    public void Monotone_maps_change_nothing() => AnySamples.Sample((before, after) =>
    {
        var expected = Test(before, after);

        Assert.That(Test(Array.ConvertAll(before, Doubled), Array.ConvertAll(after, Doubled)), Is.EqualTo(expected));
        Assert.That(Test(Array.ConvertAll(before, Bent), Array.ConvertAll(after, Bent)), Is.EqualTo(expected));

        static long Doubled(long value) => (2 * value) + 7;

        static long Bent(long value) => value < 1000 ? value : value + ((value - 1000) * 5);
    });

    [Test]
    public void P_value_is_a_probability() => AnySamples.Sample((before, after) => Assert.That(Test(before, after).PValue, Is.InRange(0.0, 1.0)));

    [Test]
    public void A_sample_does_not_differ_from_itself() => AnyLatency.Array[1, 100].Sample(values =>
    {
        var test = Test(values, values);

        Assert.That((test.PValue, CliffsDelta.Of(test).Value), Is.EqualTo((1.0, 0.0)));
    });

    [Test]
    public void Equal_values_tell_nothing() => Assert.That(Test([.. Enumerable.Repeat(7L, 50)], [.. Enumerable.Repeat(7L, 5000)]).PValue, Is.EqualTo(1));

    /// <summary>Where there is no difference, one test in a hundred has a p-value below 0.01, whatever the shape.</summary>
    [Test]
    public void Level_is_kept_for_skewed_latencies()
    {
        var random = new Random(1);
        var called = Enumerable.Range(0, 4000).Count(_ => Test(Draw(40), Draw(60)).PValue < 0.01);

        Assert.That(called, Is.InRange(20, 60));

        // lognormal, with a tail as latencies have
        long[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (long)(1e6 * Math.Exp(1.5 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))))];
    }

    private static RankSumTest Test(long[] before, long[] after) => RankSumTest.Of(LatencySample.Of(before), LatencySample.Of(after));
}
