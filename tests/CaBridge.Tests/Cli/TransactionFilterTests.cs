using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli;
using static CaBridge.Tests.Statistics.SampleTransactions;

namespace CaBridge.Tests.Cli;

[TestFixture]
public sealed class TransactionFilterTests
{
    private static readonly PvName Ao0 = new("l1:ao0", 0);
    private static readonly PvFilter Everything = new([]);

    [TestCase("l1:*", ExpectedResult = true)]
    [TestCase("l2:*", ExpectedResult = false)]
    public bool Name_matches_the_same_the_second_time(string glob)
    {
        var filter = new TransactionFilter([], new PvFilter([PvGlob.Parse(glob)]), default);
        var first = filter.Matches(Answered(Operation.Get, Ao0, 1));

        Assert.That(filter.Matches(Answered(Operation.Put, Ao0, 2)), Is.EqualTo(first));
        return first;
    }

    [Test]
    public void One_of_several_patterns_is_enough() =>
        Assert.That(new TransactionFilter([], new PvFilter([PvGlob.Parse("x"), PvGlob.Parse("l1:*")]), default).Matches(Answered(Operation.Get, Ao0, 1)), Is.True);

    [Test]
    public void What_has_no_PV_matches_no_pattern() =>
        Assert.That(new TransactionFilter([], new PvFilter([PvGlob.Parse("*")]), default).Matches(Answered(Operation.Echo, pv: null, 1)), Is.False);

    [Test]
    public void Names_that_the_name_table_had_no_room_for_match_too() =>
        Assert.That(new TransactionFilter([], new PvFilter([PvGlob.Parse("late")]), default).Matches(Answered(Operation.Get, new PvName("late", -1), 1)), Is.True);

    [Test]
    public void Operations_are_those_that_were_named()
    {
        var filter = new TransactionFilter([Operation.Get, Operation.Put], Everything, default);

        Assert.That(
            Enum.GetValues<Operation>().Where(operation => filter.Matches(Answered(operation, Ao0, 1))),
            Is.EqualTo(new[] { Operation.Get, Operation.Put }));
    }

    [Test]
    public void Relative_times_count_from_the_first_frame()
    {
        Assert.That(TimeRange.TryParse("+1", to: null, out var range, out _), Is.True);
        var transaction = Answered(Operation.Get, Ao0, 1);

        var late = new TransactionFilter([], Everything, range) { Start = Start };
        var early = new TransactionFilter([], Everything, range) { Start = Start + CaptureDuration.FromSeconds(-1) };

        Assert.That((late.Matches(transaction), early.Matches(transaction)), Is.EqualTo((false, true)));
    }

    [Test]
    public void A_filter_recounts_the_accounts()
    {
        var statistics = new SelectedStatistics(new TransactionFilter([Operation.Get], Everything, default), default, new StatisticsOptions());
        foreach (var transaction in SampleReport.Transactions)
        {
            statistics.Add(in transaction);
        }

        var report = statistics.Report(["a"], [], SampleReport.Capture(), top: 10);

        Assert.That(report.Operations.Select(account => (account.Operation, account.Requests, account.CircuitClosed, account.RepliesWithoutRequest)),
            Is.EqualTo(new[] { (Operation.Get, 1, 1, 1) }));
        Assert.That((report.IsFiltered, report.Latency.Count, report.Unanswered.Count), Is.EqualTo((true, 0, 1)));
    }
}
