using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Comparison;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CsCheck;
using static CaBridge.Tests.Statistics.SampleTransactions;

namespace CaBridge.Tests.Comparison;

[TestFixture]
internal sealed class TrafficComparisonTests
{
    private static readonly ComparisonGrouping[] AllGroupings = [ComparisonGrouping.Operation, ComparisonGrouping.Server, ComparisonGrouping.Pv];

    private static readonly Gen<Transaction> AnyTransaction = Gen.Select(
        Gen.Int[2, 4],
        Gen.Int[-1, 2],
        Gen.OneOf(Gen.Long[0, 20], Gen.Long[0, 60_000_000_000]),
        Gen.Byte[1, 2],
        Gen.Int[0, 7],
        (operation, pv, latency, host, outcome) => outcome switch
        {
            < 5 => Answered((Operation)operation, Pv(pv), latency, server: host),
            5 => Answered((Operation)operation, Pv(pv), latency, server: host) with { Outcome = Outcome.Failed },
            6 => Unanswered((Operation)operation, Pv(pv), Outcome.LostInGap, server: host),
            _ => Unanswered((Operation)operation, Pv(pv), Outcome.TimedOut, server: host),
        });

    [Test]
    public void A_capture_does_not_differ_from_itself() => AnyTransaction.Array[0, 200].Sample(transactions =>
    {
        var comparison = Compare(transactions, transactions);

        Assert.That(comparison.Latency.Select(group => group.Verdict), Is.All.AnyOf(LatencyVerdict.Unchanged, LatencyVerdict.TooFew));
        Assert.That(comparison.Outcomes.SelectMany(Verdicts), Is.All.AnyOf(ShareVerdict.Unchanged, ShareVerdict.TooFew));
        Assert.That(comparison.Moved, Is.Empty);
    });

    [Test]
    public void Swapped_sides_swap_verdicts_and_signs() => Gen.Select(AnyTransaction.Array[0, 200], AnyTransaction.Array[0, 60]).Sample((before, after) =>
    {
        var there = Compare(before, after);
        var back = Compare(after, before).Latency.ToDictionary(group => (group.Grouping, group.Operation, group.Key));

        Assert.That(back, Has.Count.EqualTo(there.Latency.Count));
        foreach (var group in there.Latency)
        {
            var swapped = back[(group.Grouping, group.Operation, group.Key)];

            Assert.That(swapped.Verdict, Is.EqualTo(Swapped(group.Verdict)));
            Assert.That((swapped.Before, swapped.After), Is.EqualTo((group.After, group.Before)));
            Assert.That(swapped.Difference?.Delta.Value, Is.EqualTo(-group.Difference?.Delta.Value).Within(1e-12));
            Assert.That(swapped.Difference?.Shift, Is.EqualTo(-group.Difference?.Shift));
        }
    });

    [Test]
    public void Only_the_server_that_got_slower_is_told()
    {
        Transaction[] before = [.. Gets(21, 40, 1_000_000), .. Gets(22, 40, 1_200_000)];
        Transaction[] after = [.. Gets(21, 40, 1_000_000), .. Gets(22, 40, 26_000_000)];
        var servers = Compare(before, after).Latency.Where(group => group.Grouping == ComparisonGrouping.Server).ToList();

        Assert.That(servers.Select(group => (group.Key, group.Verdict)), Is.EqualTo(new[] { ("10.44.0.22", LatencyVerdict.Slower), ("10.44.0.21", LatencyVerdict.Unchanged) }));
        Assert.That(servers[0].MedianRatio, Is.EqualTo(26 / 1.2).Within(0.1));
        Assert.That(servers[0].Difference?.Delta, Is.EqualTo(new CliffsDelta(1)));
        Assert.That(servers[0].Difference?.Shift, Is.EqualTo(24_800_000).Within(100));
        Assert.That(servers[0].Difference?.QValue, Is.InRange(0, 1e-9));
    }

    [Test]
    public void New_and_gone_are_told_by_operation_server_and_PV()
    {
        var comparison = Compare([.. Gets(21, 5, 100)], [Answered(Operation.Put, Pv(1), 100, server: 22)]);

        Assert.That(comparison.Latency.Select(group => $"{group.Grouping} {group.Verdict} {group.Operation.Name()} {group.Key}"), Is.EqualTo(new[]
        {
            "Operation New put ", "Operation Gone get ", "Server New put 10.44.0.22", "Server Gone get 10.44.0.21", "Pv New put pv1", "Pv Gone get pv0",
        }));
        Assert.That(comparison.Latency.Select(group => group.Difference), Is.All.Null);
    }

    [TestCase(4, 100, LatencyVerdict.TooFew)]
    [TestCase(100, 4, LatencyVerdict.TooFew)]
    [TestCase(5, 5, LatencyVerdict.Slower)]
    public void Few_values_tell_nothing(int before, int after, LatencyVerdict expected)
    {
        var group = Compare(Gets(21, before, 1000), Gets(21, after, 9000), [ComparisonGrouping.Operation]).Latency.Single();

        Assert.That((group.Verdict, group.Difference is null), Is.EqualTo((expected, expected == LatencyVerdict.TooFew)));
    }

    [Test]
    public void A_small_change_of_many_values_is_none()
    {
        var group = Compare(Gets(21, 5000, 1_000_000), Gets(21, 5000, 1_040_000), [ComparisonGrouping.Operation]).Latency.Single();

        Assert.That(group.Difference?.QValue, Is.InRange(0, 1e-9));
        Assert.That(group.Verdict, Is.EqualTo(LatencyVerdict.Unchanged));
    }

    /// <summary>A few long ones, as any capture has, decide nothing.</summary>
    [Test]
    public void Outliers_are_no_change()
    {
        Transaction[] outliers = [.. Gets(21, 3, 9_000_000_000)];

        Assert.That(Compare(Gets(21, 200, 1_000_000), [.. Gets(21, 200, 1_000_000), .. outliers]).Latency.Select(group => group.Verdict), Is.All.EqualTo(LatencyVerdict.Unchanged));
    }

    [Test]
    public void Beyond_the_bound_histograms_are_compared_and_it_is_told([Values] bool bothSides)
    {
        var after = Gets(21, bothSides ? 400 : 200, 1_300_000);
        var group = Compare(Gets(21, 400, 1_000_000), after, [ComparisonGrouping.Server], new LatencyTableOptions { MaxExactValuesPerGroup = 300 }).Latency.Single();

        Assert.That((group.Verdict, group.Difference?.IsApproximate), Is.EqualTo((LatencyVerdict.Slower, true)));
        Assert.That((group.Before?.Exact, group.After?.Exact), Is.EqualTo((false, !bothSides)));
        Assert.That(group.Difference?.Shift, Is.EqualTo(300_000).Within(0.03 * 1_300_000));
    }

    [Test]
    public void Operations_are_all_servers_together()
    {
        var groups = Compare([.. Gets(21, 30, 100), .. Gets(22, 40, 200)], [.. Gets(21, 50, 100)]).Latency;

        Assert.That(groups.Where(group => group.Grouping == ComparisonGrouping.Operation).Select(group => (group.Before?.Count, group.After?.Count)), Is.EqualTo(new (long?, long?)[] { (70, 50) }));
    }

    [Test]
    public void What_finds_no_room_is_compared_by_operation_only()
    {
        var options = new LatencyTableOptions { MaxGroups = 1 };
        Transaction[] transactions = [.. Gets(21, 10, 100), .. Gets(22, 10, 100)];
        var (before, after) = (Traffic(transactions, options), Traffic(transactions, options));
        var comparison = TrafficComparison.Of(before, after, AllGroupings, new ComparisonOptions());

        Assert.That(before.UncomparedLatencies, Is.EqualTo(10));
        Assert.That(comparison.Latency.Select(group => (group.Key, group.Before?.Count)), Is.EqualTo(new (string?, long?)[] { (null, 20), ("10.44.0.21", 10), ("pv0", 20) }));
    }

    [Test]
    public void A_share_that_grew_is_told_by_operation_and_server()
    {
        Transaction[] before = [.. Gets(21, 100, 100), .. Gets(22, 100, 100)];
        Transaction[] after = [.. Gets(21, 100, 100), .. Gets(22, 70, 100), .. Enumerable.Repeat(Unanswered(Operation.Get, Pv(0), Outcome.TimedOut, server: 22), 30)];
        var comparison = Compare(before, after);

        Assert.That(comparison.Outcomes.Select(row => (row.Server, row.Unanswered.Verdict, row.Failed.Verdict)), Is.EqualTo(new[]
        {
            (null, ShareVerdict.More, ShareVerdict.Unchanged), ("10.44.0.21", ShareVerdict.Unchanged, ShareVerdict.Unchanged), ("10.44.0.22", ShareVerdict.More, ShareVerdict.Unchanged),
        }));
        Assert.That(Compare(after, before).Outcomes[0].Unanswered.Verdict, Is.EqualTo(ShareVerdict.Fewer));
    }

    [Test]
    public void What_the_capture_lost_is_no_failure_of_the_server()
    {
        Transaction[] after = [.. Gets(21, 70, 100), .. Enumerable.Repeat(Unanswered(Operation.Get, Pv(0), Outcome.LostInGap), 30)];
        var row = Compare(Gets(21, 100, 100), after).Outcomes[0];

        Assert.That((row.Unanswered.Verdict, row.After.LostInGap, row.After.Requests), Is.EqualTo((ShareVerdict.Unchanged, 30L, 100L)));
    }

    [Test]
    public void A_PV_at_another_server_has_moved()
    {
        Transaction[] before = [Answered(Operation.Create, Pv(0), 1, server: 21), Answered(Operation.Create, Pv(1), 1, server: 21), Answered(Operation.Create, Pv(2), 1, server: 21)];
        Transaction[] after = [Answered(Operation.Get, Pv(0), 1, server: 22), Answered(Operation.Create, Pv(1), 1, server: 22), Answered(Operation.Create, Pv(1), 1, server: 21)];
        var moved = Compare(before, after).Moved.Single();

        Assert.That((moved.Pv, moved.From.Single(), moved.To.Single()), Is.EqualTo(("pv0", Host(21, 0), Host(22, 0))));
    }

    private static LatencyVerdict Swapped(LatencyVerdict verdict) => verdict switch
    {
        LatencyVerdict.Slower => LatencyVerdict.Faster,
        LatencyVerdict.Faster => LatencyVerdict.Slower,
        LatencyVerdict.New => LatencyVerdict.Gone,
        LatencyVerdict.Gone => LatencyVerdict.New,
        _ => verdict,
    };

    private static IEnumerable<ShareVerdict> Verdicts(OutcomeComparison row) => [row.Failed.Verdict, row.Unanswered.Verdict];

    /// <summary>Of one PV, each another nanosecond.</summary>
    private static Transaction[] Gets(byte server, int count, long nanoseconds) => [.. Enumerable.Range(0, count).Select(i => Answered(Operation.Get, Pv(0), nanoseconds + i, server))];

    private static TrafficComparison Compare(
        Transaction[] before, Transaction[] after, ComparisonGrouping[]? groupings = null, LatencyTableOptions? options = null) =>
        TrafficComparison.Of(Traffic(before, options), Traffic(after, options), groupings ?? AllGroupings, new ComparisonOptions());

    private static ComparedTraffic Traffic(Transaction[] transactions, LatencyTableOptions? options = null)
    {
        var traffic = new ComparedTraffic(options ?? new LatencyTableOptions());
        foreach (var transaction in transactions)
        {
            traffic.Add(in transaction);
        }

        return traffic;
    }

    private static PvName? Pv(int index) => index < 0 ? null : new PvName($"pv{index}", index);
}
