using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Comparison;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli;
using CaBridge.Cli.Rendering;
using CaBridge.Tests.Statistics;

namespace CaBridge.Tests.Cli;

[TestFixture]
internal sealed class ComparisonTextTests
{
    private static readonly PvName Ao0 = new("l1:ao0", 0);

    [Test]
    public void Changes_of_shares_and_findings_are_told_first()
    {
        Transaction[] after = [.. Gets(Ao0, 40), .. Enumerable.Repeat(SampleTransactions.Unanswered(Operation.Get, Ao0, Outcome.TimedOut), 60)];
        var text = Text(Comparison(Gets(Ao0, 100), after) with { Findings = [new FindingComparison(Before: null, Orphan("x"))] });

        Assert.That(text, Does.StartWith(
            "Nothing got slower or faster.\nget: 0.0 % → 60.0 % unanswered, adjusted p < 1e-9; 1 more such share changed.\nFindings: 1 appeared, 0 went away, 0 stayed.\n"));
        Assert.That(text, Does.Contain("more unanswered, q <1e-9").And.Contain("appeared  orphan-search      0      3  Nobody has x."));
    }

    [Test]
    public void Servers_of_which_nothing_changed_are_in_no_table_of_shares() =>
        Assert.That(Text(Comparison(Gets(Ao0, 10), Gets(Ao0, 10))), Does.Contain("get        (all)").And.Not.Contain("10.44.0.21"));

    [Test]
    public void Foreign_text_does_nothing_to_a_terminal()
    {
        var evil = new PvName("\e[31mred\r\n", 0);
        var moved = Gets(evil, 10, server: 22);
        var text = Text(Comparison(Gets(evil, 10), [.. moved.Select(get => get with { Latency = new CaBridge.Analysis.CaptureDuration(9_000_000) })]) with { Findings = [new FindingComparison(Orphan("\e[2J"), After: null)] });

        Assert.That(text, Does.Not.Contain('\e').And.Not.Contain('\r'));
        Assert.That(text, Does.Contain("""slower   get        "\u{1b}[31mred\u{d}\u{a}" """).And.Contain(@"Nobody has \u{1b}[2J."));
    }

    [Test]
    public void Tables_fit_a_terminal([Values(80, 100, 132)] int columns)
    {
        var name = new PvName("LINAC:" + new string('x', 60), 0);
        using var output = new StringWriter { NewLine = "\n" };
        new ComparisonText(output, TextStyle.Plain with { Columns = columns }).Write(Comparison(Gets(name, 10), Gets(name, 10, factor: 20)), top: 10);

        Assert.That(output.ToString().Split('\n').Where(line => line.StartsWith("slower", StringComparison.Ordinal)).Select(line => line.Length), Is.Not.Empty.And.All.AtMost(columns));
    }

    private static Transaction[] Gets(PvName pv, int count, byte server = 21, long factor = 1) =>
        [.. Enumerable.Range(0, count).Select(i => SampleTransactions.Answered(Operation.Get, pv, (1_000_000 + i) * factor, server))];

    private static Finding Orphan(string name) => new()
    {
        Kind = FindingKind.OrphanSearch,
        Severity = FindingSeverity.Warning,
        Title = $"Nobody has {name}.",
        Count = 3,
        First = SampleTransactions.Start,
        Last = SampleTransactions.Start,
        Frames = [1],
        Confidence = FindingConfidence.High,
        Advice = "Correct the name.",
    };

    private static string Text(CaptureComparison comparison)
    {
        using var output = new StringWriter { NewLine = "\n" };
        new ComparisonText(output, TextStyle.Plain).Write(comparison, top: 10);
        return output.ToString();
    }

    private static CaptureComparison Comparison(Transaction[] before, Transaction[] after)
    {
        ComparisonGrouping[] groupings = [ComparisonGrouping.Operation, ComparisonGrouping.Server, ComparisonGrouping.Pv];
        return new CaptureComparison
        {
            Before = SampleReport.Of(before),
            After = SampleReport.Of(after),
            Groupings = groupings,
            Thresholds = new ComparisonOptions(),
            Traffic = TrafficComparison.Of(Traffic(before), Traffic(after), groupings, new ComparisonOptions()),
        };

        static ComparedTraffic Traffic(Transaction[] transactions)
        {
            var traffic = new ComparedTraffic(new LatencyTableOptions());
            Array.ForEach(transactions, transaction => traffic.Add(in transaction));
            return traffic;
        }
    }
}
