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
    public void Rank_is_by_the_longest_latency_and_names_who_took_it()
    {
        var slowest = new SlowestPvs();
        slowest.Add(Answered(Operation.Get, A, 10));
        slowest.Add(Answered(Operation.Get, B, 20, server: 21));
        slowest.Add(Answered(Operation.Get, B, 40, server: 22));
        slowest.Add(Answered(Operation.Put, A, 30));
        slowest.Add(Answered(Operation.Echo, pv: null, 99));
        slowest.Add(Unanswered(Operation.Get, A, Outcome.Pending));

        Assert.That(slowest.Top(2), Is.EqualTo(new[]
        {
            new SlowPv(B, Operation.Get, Host(22, 5064), 2, 30, 40),
            new SlowPv(A, Operation.Put, Host(21, 5064), 1, 30, 30),
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
    public void Names_beyond_the_bound_are_counted_only()
    {
        var slowest = new SlowestPvs(maxPvs: 40);
        slowest.Add(Answered(Operation.Get, B, 10));
        slowest.Add(Answered(Operation.Get, new PvName("late", -1), 10));

        Assert.That((slowest.Top(10).Count, slowest.UnrankedCount), Is.EqualTo((0, 2)));
    }
}
