using CaBridge.Analysis.Statistics;
using CsCheck;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class LatencyDistributionTests
{
    /// <summary>The numbers are those that <c>pandas.Series([1, 2, 3, 4]).describe(percentiles=[.25, .5, .75, .95, .99])</c> gives.</summary>
    [Test]
    public void Summary_of_1_to_4_is_that_of_pandas() => Assert.That(Of([4, 1, 3, 2]).Summary(), Is.EqualTo(new LatencySummary(
        Count: 4,
        Mean: 2.5,
        StandardDeviation: 1.2909944487358056,
        Minimum: 1,
        Percentile25: 1.75,
        Percentile50: 2.5,
        Percentile75: 3.25,
        Percentile95: 3.8499999999999996,
        Percentile99: 3.9699999999999998,
        Maximum: 4,
        Exact: true)));

    [Test]
    public void Summary_of_one_value_has_no_deviation() => Assert.That(
        Of([14_851_000]).Summary(),
        Is.EqualTo(new LatencySummary(1, 14_851_000, StandardDeviation: null, 14_851_000, 14_851_000, 14_851_000, 14_851_000, 14_851_000, 14_851_000, 14_851_000, Exact: true)));

    [Test]
    public void Summary_without_values_is_refused() => Assert.That(() => new LatencyDistribution().Summary(), Throws.InvalidOperationException);

    [Test]
    public void Deviation_of_close_large_values_loses_nothing()
    {
        const long Year = 31_557_600_000_000_000;

        Assert.That(Of([Year + 1, Year + 2, Year + 3, Year + 4]).Summary().StandardDeviation, Is.EqualTo(1.2909944487358056));
    }

    [Test]
    public void Squares_beyond_128_bits_go_over_to_double()
    {
        var values = new long[10];
        Array.Fill(values, long.MaxValue, 0, 5);

        // of {0, M} half and half: M/2 · √(n/(n−1))
        Assert.That(Of(values).Summary().StandardDeviation, Is.EqualTo(long.MaxValue / 2.0 * Math.Sqrt(10 / 9.0)).Within(1e-12).Percent);
    }

    [Test]
    public void Percentiles_beyond_the_bound_are_the_histograms_and_the_rest_stays_exact()
    {
        var values = Enumerable.Range(1, 10_000).Select(value => value * 1_000L).ToArray();
        var exact = Of(values).Summary();

        var bounded = Of(values, maxExactValues: 100).Summary();

        Assert.That(bounded with { Exact = true, Percentile25 = 0, Percentile50 = 0, Percentile75 = 0, Percentile95 = 0, Percentile99 = 0 },
            Is.EqualTo(exact with { Percentile25 = 0, Percentile50 = 0, Percentile75 = 0, Percentile95 = 0, Percentile99 = 0 }));
        Assert.That(bounded.Exact, Is.False);
        Assert.That(bounded.Percentile99, Is.EqualTo(exact.Percentile99).Within(1.09).Percent);
    }

    [Test]
    public void Bound_itself_is_still_exact()
    {
        var distribution = Of([1, 2, 3], maxExactValues: 3);
        Assert.That(distribution.Exact, Is.True);

        distribution.Add(4);

        Assert.That(distribution.Exact, Is.False);
    }

    [Test]
    public void Exhausted_room_moves_the_group_that_grows_and_is_free_again()
    {
        var room = new ExactValues(2000);
        var large = new LatencyDistribution(room: room);
        var small = new LatencyDistribution(room: room);
        AddRange(small, ExactValues.AlwaysHeld);
        AddRange(large, 2000);
        Assert.That((small.Exact, large.Exact), Is.EqualTo((true, false)));

        AddRange(small, 1000);

        Assert.That((small.Exact, small.Quantile(0.5)), Is.EqualTo((true, 371.5)));
    }

    [Test]
    public void Small_groups_are_held_without_room()
    {
        var room = new ExactValues(0);
        var groups = Enumerable.Range(0, 100).Select(_ => new LatencyDistribution(room: room)).ToList();
        groups.ForEach(group => AddRange(group, ExactValues.AlwaysHeld));

        Assert.That(groups.All(group => group.Exact && group.Quantile(0.5) == (ExactValues.AlwaysHeld - 1) / 2.0), Is.True);
    }

    [Test]
    public void Groups_that_grow_in_turn_keep_their_own_values() => Gen.Select(Gen.Int[0, 4], Gen.Long[0, 6_000_000_000]).Array[0, 2000].Sample(values =>
    {
        var room = new ExactValues(long.MaxValue);
        var groups = Enumerable.Range(0, 5).Select(_ => new LatencyDistribution(room: room)).ToList();
        foreach (var (group, value) in values)
        {
            groups[group].Add(value);
        }

        return values.GroupBy(pair => pair.Item1).All(own => groups[own.Key].Summary() == Of([.. own.Select(pair => pair.Item2)]).Summary());
    });

    [Test]
    public void Values_may_come_between_quantiles() => Gen.Long[0, 1_000_000].Array[2, 50].Sample(values =>
    {
        var watched = new LatencyDistribution();
        foreach (var value in values)
        {
            watched.Add(value);
            _ = watched.Quantile(0.5);
        }

        return watched.Summary() == Of(values).Summary();
    });

    private static LatencyDistribution Of(ReadOnlySpan<long> values, int maxExactValues = LatencyDistribution.DefaultMaxExactValues)
    {
        var distribution = new LatencyDistribution(maxExactValues);
        foreach (var value in values)
        {
            distribution.Add(value);
        }

        return distribution;
    }

    private static void AddRange(LatencyDistribution distribution, int count)
    {
        for (var value = 0; value < count; value++)
        {
            distribution.Add(value);
        }
    }
}
