using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using static CaBridge.Tests.Statistics.SampleTransactions;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class SlowestPvsTests
{
    private static readonly PvName A = new("a", 0);
    private static readonly PvName B = new("b", 40);

    [Test]
    public void Rank_is_by_the_longest_latency_of_each_server()
    {
        var slowest = new SlowestPvs();
        slowest.Add(Answered(Operation.Get, A, 10));
        slowest.Add(Answered(Operation.Get, B, 20, server: 21));
        slowest.Add(Answered(Operation.Get, B, 40, server: 22));
        slowest.Add(Answered(Operation.Get, B, 10, server: 21));
        slowest.Add(Answered(Operation.Get, B, 50, server: 22));
        slowest.Add(Answered(Operation.Put, A, 30));
        slowest.Add(Answered(Operation.Echo, pv: null, 99));
        slowest.Add(Unanswered(Operation.Get, A, Outcome.Pending));

        Assert.That(slowest.Top(3), Is.EqualTo(new[]
        {
            new SlowPv(B, Operation.Get, Host(22, 5064), 2, 45, 50),
            new SlowPv(A, Operation.Put, Host(21, 5064), 1, 30, 30),
            new SlowPv(B, Operation.Get, Host(21, 5064), 2, 15, 20),
        }));
    }

    [Test]
    public void Equal_latencies_rank_by_name()
    {
        var slowest = new SlowestPvs();
        slowest.Add(Answered(Operation.Get, B, 10));
        slowest.Add(Answered(Operation.Get, A, 10));

        Assert.That(slowest.Top(10).Select(slow => slow.Pv), Is.EqualTo(new[] { A, B }));
    }

    [Test]
    public void Late_names_are_ranked_as_the_first_ones()
    {
        var slowest = new SlowestPvs();
        var late = new PvName("late", 999_999);
        slowest.Add(Answered(Operation.Get, A, 10));
        slowest.Add(Answered(Operation.Get, late, 5_000));

        Assert.That(slowest.Top(1).Select(slow => slow.Pv), Is.EqualTo(new[] { late }));
    }

    /// <summary>Names of which every server has one: what this costs, a large site pays.</summary>
    [Test]
    public void Pv_at_a_further_server_takes_little_memory()
    {
        const int Servers = 20_000;
        var slowest = new SlowestPvs();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Servers; i++)
        {
            slowest.Add(Answered(Operation.Get, A, i, server: (byte)(i % 100)));
            slowest.Add(Answered(Operation.Get, new PvName("", 2 + (i / 100)), i, server: (byte)(i % 100)));
        }

        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before) / Servers, Is.LessThan(300));
        Assert.That(slowest.Top(2).Select(slow => (slow.Server, slow.Maximum)), Is.EqualTo([(Host(99, 5064), Servers - 1L), (Host(99, 5064), Servers - 1L)]));
    }

    [Test]
    public void Servers_that_take_turns_are_told_apart()
    {
        var random = new Random(1);
        var transactions = Enumerable.Range(0, 2_000)
            .Select(_ => Answered(Operation.Get, random.Next(2) == 0 ? A : B, random.Next(1_000_000), server: (byte)random.Next(5)))
            .ToList();
        var (first, second, halves) = (new SlowestPvs(), new SlowestPvs(), new SlowestPvs());
        transactions.ForEach(transaction => first.Add(transaction));
        transactions.Take(900).ToList().ForEach(transaction => halves.Add(transaction));
        transactions.Skip(900).ToList().ForEach(transaction => second.Add(transaction));
        halves.Merge(second);

        var expected = transactions
            .GroupBy(transaction => (transaction.Pv, transaction.Server))
            .Select(group => new SlowPv(
                group.Key.Pv!, Operation.Get, group.Key.Server, group.Count(),
                group.Sum(transaction => (double)transaction.Latency!.Value.Nanoseconds) / group.Count(),
                group.Max(transaction => transaction.Latency!.Value.Nanoseconds)))
            .OrderByDescending(slow => slow.Maximum)
            .ToList();
        Assert.That(first.Top(20), Is.EqualTo(expected));
        Assert.That(halves.Top(20), Is.EqualTo(expected));
        Assert.That(first.Top(3), Is.EqualTo(expected.Take(3)));
    }

    [Test]
    public void Names_beyond_the_bound_are_counted_only()
    {
        var slowest = new SlowestPvs(maxPvs: 40);
        slowest.Add(Answered(Operation.Get, B, 10));
        slowest.Add(Answered(Operation.Get, new PvName("late", -1), 10));

        Assert.That((slowest.Top(10).Count, slowest.UnrankedCount), Is.EqualTo((0, 2)));
    }
}
