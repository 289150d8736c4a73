using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class HostTotalsTests
{
    private static readonly Transaction Get = SampleTransactions.Answered(Operation.Get, pv: null, 5_000);

    [Test]
    public void Both_ends_are_counted()
    {
        var hosts = Of(Get, Get with { Outcome = Outcome.Failed, Latency = new(7_000) }, SampleTransactions.Unanswered(Operation.Put, pv: null, Outcome.TimedOut, client: 12));

        Assert.That(hosts.Servers.Select(Figures), Is.EqualTo(new[] { ("10.44.0.21", 1L, 1L, 1L, 7_000L) }));
        Assert.That(hosts.Clients.Select(Figures), Is.EqualTo(new[] { ("10.44.0.11", 1L, 1L, 0L, 7_000L), ("10.44.0.12", 0L, 0L, 1L, 0L) }));
    }

    [Test]
    public void Searches_without_reply_are_nobodys()
    {
        var hosts = Of(SampleTransactions.Unanswered(Operation.Search, pv: null, Outcome.Pending, server: 255));

        Assert.That((hosts.Servers.Count, hosts.Clients.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public void Replies_without_request_are_passed_over() => Assert.That(Of(Get with { Outcome = Outcome.NoRequest }).Clients, Is.Empty);

    [Test]
    public void Hosts_beyond_the_bound_are_one_and_last()
    {
        var hosts = new HostTotals(maxHosts: 2);
        for (byte host = 1; host <= 5; host++)
        {
            hosts.Add(SampleTransactions.Answered(Operation.Get, pv: null, 5_000, server: host));
        }

        Assert.That(hosts.Servers.Select(server => (server.Host.Address != 0, server.Requests)), Is.EqualTo(new[] { (true, 1L), (true, 1L), (false, 3L) }));
    }

    [Test]
    public void The_slowest_are_kept_in_order()
    {
        var slowest = new SlowestTransactions(2);
        foreach (var nanoseconds in (long[])[3, 9, 1, 7])
        {
            slowest.Add(SampleTransactions.Answered(Operation.Get, pv: null, nanoseconds));
        }

        slowest.Add(SampleTransactions.Unanswered(Operation.Get, pv: null, Outcome.TimedOut));

        Assert.That(slowest.Kept.Select(transaction => transaction.Latency?.Nanoseconds), Is.EqualTo(new[] { 9L, 7 }));
    }

    [Test]
    public void None_may_be_kept()
    {
        var slowest = new SlowestTransactions(0);
        slowest.Add(in Get);

        Assert.That(slowest.Kept, Is.Empty);
    }

    [Test]
    public void A_name_counts_once()
    {
        var pvs = new DistinctPvs();
        foreach (var index in (int[])[0, 3, 1_000, 3, 63, 64, 0])
        {
            pvs.Add(new PvName("x", index));
        }

        pvs.Add(null);
        Assert.That((pvs.Count, pvs.HasMore), Is.EqualTo((5, false)));

        pvs.Add(new PvName("beyond", -1));
        Assert.That((pvs.Count, pvs.HasMore), Is.EqualTo((5, true)));
    }

    private static HostTotals Of(params Transaction[] transactions)
    {
        var hosts = new HostTotals();
        foreach (var transaction in transactions)
        {
            hosts.Add(in transaction);
        }

        return hosts;
    }

    private static (string, long, long, long, long) Figures(HostTotal total) =>
        (total.Host.AddressText(), total.Answered, total.Failed, total.Unanswered, total.MaximumNanoseconds);
}
