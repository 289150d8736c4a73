using System.Text.RegularExpressions;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Report;
using CaBridge.Tests.Statistics;

namespace CaBridge.Tests.Cli.Report;

[TestFixture]
internal sealed partial class ReportPageTests
{
    private const int MaxBytes = 6_000_000;
    private const int MaxElements = 60_000;

    [Test]
    public void Headings_come_in_order()
    {
        int[] levels = [.. Heading().Matches(ReportSample.Html(ReportSample.Whole())).Select(match => match.Groups[1].Value[0] - '0')];

        Assert.That(levels[0], Is.EqualTo(1));
        Assert.That(levels.Count(level => level == 1), Is.EqualTo(1));
        Assert.That(levels.Zip(levels.Skip(1), (before, after) => after - before), Has.All.LessThanOrEqualTo(1));
    }

    [Test]
    public void Every_id_is_there_once_and_every_link_leads_to_one()
    {
        var html = ReportSample.Html(ReportSample.Whole());
        string[] ids = [.. Id().Matches(html).Select(match => match.Groups[1].Value)];

        Assert.That(ids, Is.Unique);
        Assert.That(Link().Matches(html).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal), Is.SubsetOf(ids));
    }

    [Test]
    public void Nothing_is_taken_from_elsewhere()
    {
        var html = ReportSample.Html(ReportSample.Whole());

        Assert.That(html, Does.Not.Contain(" style=").And.Not.Contain("<link rel=\"stylesheet").And.Not.Contain(" src=\"").And.Not.Match("https?://"));
        Assert.That(html, Does.Contain($"script-src '{ReportAsset.Script.Source}'").And.Contain("default-src 'none'"));
    }

    [Test]
    public void A_page_of_a_million_operations_is_bounded()
    {
        var html = ReportSample.Html(ReportSample.Traffic(1_000_000, hosts: 250));

        Assert.That(html, Has.Length.LessThan(MaxBytes));
        Assert.That(Element().Count(html), Is.LessThan(MaxElements));
        Assert.That(html, Does.Contain("more rows are not shown; these are the slowest."));
    }

    [Test]
    public void The_same_recording_gives_the_same_page()
    {
        var first = ReportSample.Html(ReportSample.Whole(500));

        Assert.That(ReportSample.Html(ReportSample.Whole(500)), Is.EqualTo(first));
    }

    [Test]
    public void What_is_empty_says_so()
    {
        var html = ReportSample.Html(ReportSample.Traffic(0));

        Assert.That(html, Does.Contain("Nothing was seen that needs attention.").And.Contain("Looked for:").And.Contain("There was no request.")
            .And.Contain("No channel was seen from its creation on.").And.Contain("No request failed."));
    }

    [Test]
    public void The_summary_says_whose_fault_it_was()
    {
        var sentences = SummarySentences.Of(ReportSample.Whole());

        Assert.That(sentences[0], Does.StartWith("In ").And.Contain("8 clients made 4,000 requests about 400 PVs to 8 servers"));
        Assert.That(sentences[1], Does.StartWith("3 findings (1 error, 1 warning, 1 note): 10.44.0.22:5064 lost all"));
        Assert.That(sentences, Has.Some.Matches(@"10\.44\.0\.\d+:5064: [\d.]+\u00A0s of [\d.]+\u00A0s for \d+ channels were search retries\."));
        Assert.That(sentences, Has.Some.StartsWith("The slowest operation was a put of LINAC:"));
    }

    [Test]
    public void The_summary_of_a_quiet_recording_says_that_all_is_well()
    {
        var own = new ReportStatistics(10);
        var report = SampleReport.Of([SampleTransactions.Answered(Operation.Connect, pv: null, 1_000_000)]);
        own.Add(SampleTransactions.Answered(Operation.Connect, pv: null, 1_000_000));

        var sentences = SummarySentences.Of(new ReportContent(report, own, Title: null, Top: 10));

        Assert.That(sentences[0], Does.EndWith("every request was answered."));
        Assert.That(sentences[1], Is.EqualTo("No request stayed without answer."));
    }

    [GeneratedRegex("<h(?<level>[1-6])", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Heading();

    [GeneratedRegex(" id=\"(?<id>[^\"]*)\"", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Id();

    [GeneratedRegex("href=\"#(?<id>[^\"]*)\"", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Link();

    [GeneratedRegex("<[a-z]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Element();
}
