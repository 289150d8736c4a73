using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;
using CaBridge.Server.Queries;
using CaBridge.Tests.Statistics;
using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Transaction = CaBridge.Analysis.Transactions.Transaction;

namespace CaBridge.Tests.Server;

/// <summary>What may be asked: pages, filters, ranges of time.</summary>
[TestFixture]
internal sealed class QuestionTests
{
    private static readonly Transaction Get = SampleTransactions.Answered(Analysis.Transactions.Operation.Get, new PvName("l1:ao0", 0), 5_000_000);

    private static readonly Transaction Lost =
        SampleTransactions.Unanswered(Analysis.Transactions.Operation.Create, pv: null, Analysis.Transactions.Outcome.LostInGap);

    [Test]
    public void Pages_together_are_the_whole_list() => Gen.Select(Gen.Int[0, 500], Gen.Int[0, 120]).Sample((count, size) =>
    {
        var all = Enumerable.Range(0, count).ToList();
        var read = new List<int>();
        var token = "";
        do
        {
            var (items, next) = Page.Of(size, token).Cut(all);
            Assert.That(items, Has.Count.AtMost(size == 0 ? 50 : size));
            read.AddRange(items);
            token = next;
        }
        while (token.Length > 0);

        Assert.That(read, Is.EqualTo(all));
    });

    [TestCase(0, 50)]
    [TestCase(1000, 1000)]
    [TestCase(1001, 1000)]
    public void Size_of_a_page(int asked, int given) => Assert.That(Page.Of(asked, "").Size, Is.EqualTo(given));

    [Test]
    public void Negative_size_is_refused() => AssertRefused(() => Page.Of(-1, ""), "page_size");

    [TestCase("next")]
    [TestCase("-1")]
    [TestCase("1e3")]
    [TestCase("99999999999999999999")]
    public void Foreign_token_is_refused(string token) => AssertRefused(() => Page.Of(0, token), "page_token");

    [Test]
    public void Token_beyond_the_list_gives_an_empty_page() =>
        Assert.That(Page.Of(0, "7000000000").Cut<int>([1, 2]).Items, Is.Empty);

    [Test]
    public void Empty_filter_takes_everything()
    {
        foreach (var filter in (OperationFilter[])[new(filter: null), new(new TransactionFilter())])
        {
            Assert.That((filter.IsByOperationOnly, filter.Matches("a", in Get), filter.Matches("b", in Lost)), Is.EqualTo((true, true, true)));
        }
    }

    [Test]
    public void Every_field_must_match()
    {
        AssertTakes(new TransactionFilter { Operations = { Operation.Get } }, get: true, lost: false);
        AssertTakes(new TransactionFilter { Operations = { Operation.Create, Operation.Get } }, get: true, lost: true);
        AssertTakes(new TransactionFilter { Outcomes = { Outcome.LostInGap } }, get: false, lost: true);
        AssertTakes(new TransactionFilter { Pv = "l?:*" }, get: true, lost: false);
        AssertTakes(new TransactionFilter { Pv = "l?" }, get: false, lost: false);
        AssertTakes(new TransactionFilter { Server = "10.44.0.21" }, get: true, lost: true);
        AssertTakes(new TransactionFilter { Server = "10.44.0.21:5064" }, get: true, lost: true);
        AssertTakes(new TransactionFilter { Server = "10.44.0.21:5065" }, get: false, lost: false);
        AssertTakes(new TransactionFilter { Client = "10.44.0.21" }, get: false, lost: false);
        AssertTakes(new TransactionFilter { Client = "10.44.0.11" }, get: true, lost: true);
        AssertTakes(new TransactionFilter { Sensor = "a" }, get: true, lost: true);
        AssertTakes(new TransactionFilter { Sensor = "b" }, get: false, lost: false);
        AssertTakes(new TransactionFilter { SlowerThan = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(4)) }, get: true, lost: false);
        AssertTakes(new TransactionFilter { SlowerThan = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(5)) }, get: false, lost: false);
        AssertTakes(new TransactionFilter { Operations = { Operation.Get }, Pv = "other" }, get: false, lost: false);
    }

    [Test]
    public void Operations_alone_are_told_apart_by_every_answer()
    {
        Assert.That(new OperationFilter(new TransactionFilter { Operations = { Operation.Get } }).IsByOperationOnly, Is.True);
        Assert.That(new OperationFilter(new TransactionFilter { Operations = { Operation.Get }, Pv = "*" }).IsByOperationOnly, Is.False);
        Assert.That(new OperationFilter(new TransactionFilter { Outcomes = { Outcome.Answered } }).IsByOperationOnly, Is.False);
    }

    [Test]
    public void Wrong_filter_is_refused_with_its_field()
    {
        AssertRefused(() => new OperationFilter(new TransactionFilter { Operations = { (Operation)77 } }), "filter.operations");
        AssertRefused(() => new OperationFilter(new TransactionFilter { Operations = { Operation.Unspecified } }), "filter.operations");
        AssertRefused(() => new OperationFilter(new TransactionFilter { Outcomes = { (Outcome)(-1) } }), "filter.outcomes");
        AssertRefused(() => new OperationFilter(new TransactionFilter { Server = "ioc7" }), "filter.server");
        AssertRefused(() => new OperationFilter(new TransactionFilter { Client = "10.0.0.1:99999" }), "filter.client");
        AssertRefused(() => new OperationFilter(new TransactionFilter { SlowerThan = Duration.FromTimeSpan(TimeSpan.FromSeconds(-5)) }), "filter.slower_than");
    }

    [Test]
    public void Unknown_sensor_is_not_found() => Assert.That(
        () => new LatencyQuestion(new QueryLatencyRequest { Filter = new TransactionFilter { Sensor = "nope" } }).Answer(new LiveState(new LiveOptions(), new AnalyzerOptions())),
        Throws.TypeOf<RpcException>().With.Message.Contains("NotFound").And.Message.Contains("nope"));

    [Test]
    public void Range_is_understood()
    {
        var now = SampleTransactions.Start;
        var before = new CaptureTime(now.UnixNanoseconds - 300_000_000_000);

        Assert.That(new RangeQuestion(range: null).IsWholeRun, Is.True);
        Assert.That(new RangeQuestion(new TimeRange()).Resolve(now), Is.EqualTo((new CaptureTime(long.MinValue), new CaptureTime(long.MaxValue))));
        Assert.That(new RangeQuestion(new TimeRange { Last = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)) }).Resolve(now), Is.EqualTo((before, new CaptureTime(long.MaxValue))));
        Assert.That(new RangeQuestion(new TimeRange { Start = before.ToTimestamp(), End = now.ToTimestamp() }).Resolve(latest: null), Is.EqualTo((before, now)));
    }

    [Test]
    public void Wrong_range_is_refused()
    {
        var (last, now) = (Duration.FromTimeSpan(TimeSpan.FromMinutes(5)), SampleTransactions.Start.ToTimestamp());

        AssertRefused(() => new RangeQuestion(new TimeRange { Last = last, Start = now }), "range has either");
        AssertRefused(() => new RangeQuestion(new TimeRange { Last = new Duration() }), "range.last");
        AssertRefused(() => new RangeQuestion(new TimeRange { Last = new Duration { Seconds = 10_000_000_000 } }), "range.last");
        AssertRefused(() => new RangeQuestion(new TimeRange { Start = now, End = now }), "range.start");
        AssertRefused(() => new RangeQuestion(new TimeRange { Start = new Timestamp { Seconds = 100_000_000_000 } }), "range.start");
    }

    private static void AssertTakes(TransactionFilter filter, bool get, bool lost)
    {
        var question = new OperationFilter(filter);
        Assert.That((question.Matches("a", in Get), question.Matches("a", in Lost)), Is.EqualTo((get, lost)), filter.ToString());
    }

    private static void AssertRefused(Func<object> question, string field) =>
        Assert.That(() => question(), Throws.TypeOf<QuestionException>().With.Message.StartsWith(field).And.Message.Not.EndsWith("."));
}
