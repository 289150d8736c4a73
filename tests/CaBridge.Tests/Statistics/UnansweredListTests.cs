using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using static CaBridge.Tests.Statistics.SampleTransactions;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class UnansweredListTests
{
    private static readonly PvName Ao0 = new("l1:ao0", 0);

    [Test]
    public void Counts_are_by_operation_server_and_reason()
    {
        var unanswered = new UnansweredList();
        unanswered.Add(Unanswered(Operation.Get, Ao0, Outcome.TimedOut, server: 22));
        unanswered.Add(Unanswered(Operation.Get, Ao0, Outcome.TimedOut, server: 22));
        unanswered.Add(Unanswered(Operation.Get, Ao0, Outcome.CircuitClosed));
        unanswered.Add(Unanswered(Operation.Create, Ao0, Outcome.LostInGap));
        unanswered.Add(Unanswered(Operation.Create, Ao0, Outcome.NoRequest));
        unanswered.Add(Answered(Operation.Create, Ao0, 5));

        Assert.That(unanswered.Counts(), Is.EqualTo(new[]
        {
            new UnansweredCount(Operation.Create, Host(21, 0), Outcome.LostInGap, 1),
            new UnansweredCount(Operation.Get, Host(21, 0), Outcome.CircuitClosed, 1),
            new UnansweredCount(Operation.Get, Host(22, 0), Outcome.TimedOut, 2),
        }));
    }

    [Test]
    public void Bounded_list_still_counts_all()
    {
        var unanswered = new UnansweredList(maxKept: 1, maxCounts: 1);
        unanswered.Add(Unanswered(Operation.Get, Ao0, Outcome.Pending, server: 21));
        unanswered.Add(Unanswered(Operation.Get, Ao0, Outcome.Pending, server: 22));
        unanswered.Add(Unanswered(Operation.Get, Ao0, Outcome.Pending, server: 23));

        Assert.That((unanswered.Count, unanswered.Kept.Count), Is.EqualTo((3, 1)));
        Assert.That(unanswered.Counts().Select(count => count.Count), Is.EqualTo(new[] { 2, 1 }));
    }
}
