using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli;
using CaBridge.Cli.Rendering;
using static CaBridge.Tests.Cli.SampleReport;
using static CaBridge.Tests.Statistics.SampleTransactions;

namespace CaBridge.Tests.Cli;

/// <summary>What the text of <c>analyze</c> tells of requests, but for their latency.</summary>
[TestFixture]
public sealed class RequestTextTests
{
    [Test]
    public void Nothing_unanswered_is_said_in_one_sentence_and_needs_no_accounts()
    {
        var text = Text(SampleReport.Of(SampleReport.Transactions[..3]));

        Assert.That(text, Does.Contain("\n0 requests were unanswered during this capture.\n"));
        Assert.That(text, Does.Not.Contain("Requests ="));
    }

    [Test]
    public void A_server_that_does_not_even_answer_SYN_is_something_found()
    {
        var report = SampleReport.Of([Unanswered(Operation.Connect, pv: null, Outcome.TimedOut)]);
        var silent = report with { Capture = report.Capture with { ChannelAccessFrames = 0 } };

        Assert.That((silent.IsAnythingFound, (silent with { Capture = silent.Capture with { Operations = [] } }).IsAnythingFound), Is.EqualTo((true, false)));
    }

    [TestCase(Operation.Create)]
    [TestCase(Operation.Search)]
    public void Names_that_somebody_served_are_not_said_to_be_unserved(Operation operation)
    {
        var report = SampleReport.Of([Answered(operation, new PvName("nobody:a", 0), 1)]);

        Assert.That(Text(report), Does.Contain("\n1 name was searched, and nobody answered or served it\n  nobody:b\n"));
    }

    [Test]
    public void Failures_are_counted_by_operation_server_and_status()
    {
        Transaction[] failed =
        [
            .. Enumerable.Range(0, 7).Select(i => Answered(Operation.Get, new PvName($"p{i}", i), 1) with { Outcome = Outcome.Failed, Status = 368 }),
            Answered(Operation.Create, new PvName("gone", 8), 1) with { Outcome = Outcome.Failed, Status = 0 },
        ];
        var report = SampleReport.Of(failed);
        MessageCount[] messages = [new(Transport.Tcp, Sender.Server, CaCommand.Error, 3)];

        Assert.That(Text(report with { Capture = report.Capture with { Messages = messages } }), Does.Contain(
            """

            8 requests failed.
            operation  server      status          count  PVs
            create     10.44.0.21  refused             1  gone
            get        10.44.0.21  ECA_NORDACCESS      7  p0, p1, p2, p3, p4, …

            3 ERROR messages came from servers; decode --command ERROR tells what they refuse.

            """));
    }

    [Test]
    public void PVs_of_some_of_the_unanswered_requests_are_said_to_be_that()
    {
        Transaction[] transactions = [.. Enumerable.Repeat(SampleReport.Transactions[5], 2_000)];

        Assert.That(Text(SampleReport.Of(transactions, options: new StatisticsOptions { MaxUnanswered = 1_000 })), Does.Contain(
            """

            2,000 requests were unanswered during this capture: 2,000 get.
            operation  server      reason          count  PVs
            get        10.44.0.22  circuit closed  2,000  l2:big,array
            PVs are those of the first 1,000 only; --max-unanswered takes more

            """));
    }

    [Test]
    public void A_filtered_answer_says_that_it_is_of_a_part()
    {
        var report = SampleReport.Of(SampleReport.Transactions) with { IsFiltered = true };

        Assert.That(Text(report), Does.Contain("\n1 selected request was unanswered during this capture: 1 get.\n"));
    }

    [Test]
    public void A_filter_that_matches_nothing_is_no_good_news()
    {
        var text = Text(SampleReport.Of([]) with { IsFiltered = true });

        Assert.That(text, Does.Contain($"\n{RequestText.NothingSelected}\n").And.Not.Contain("unanswered"));
    }
}
