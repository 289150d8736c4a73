using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;
using CaBridge.Cli;
using CaBridge.Cli.Rendering;
using static CaBridge.Tests.Cli.SampleReport;
using static CaBridge.Tests.Statistics.SampleTransactions;

namespace CaBridge.Tests.Cli;

[TestFixture]
public sealed class AnalysisTextTests
{
    [Test]
    public void Text_has_every_part_of_the_answer() => Assert.That(Text(SampleReport.Of(SampleReport.Transactions), messages: true), Is.EqualTo(
        """
        Capture
          files     some_network_traffic.pcap
          frames    12,345, 3.4 MB; TCP segments and UDP datagrams: 12,300
          time      2026-11-23 06:17:27.957190 to 2026-11-23 06:17:42.808190 UTC
          span      14.851 s
          CA        1,200 frames (9.7 %), 170.0 kB (5.0 %), 2 circuits

        Anomalies
        what                   count  bytes  first frame
        TCP retransmissions       13  1,024           77
        frames recorded twice      1      -           12

        1 request was unanswered during this capture: 1 get.
        operation  server      reason          count  PVs
        get        10.44.0.22  circuit closed      1  l2:big,array

        1 request failed.
        operation  server      status          count  PVs
        put        10.44.0.21  ECA_NOWTACCESS      1  l1:ao0

        Requests = answered + failed + pending + timed out + closed + lost
        operation  requests  answered  failed  pending  timed out  closed  lost  replies without request
        connect           1         1       0        0          0       0     0                        0
        create            3         3       0        0          0       0     0                        0
        get               1         0       0        0          0       1     0                        1
        put               1         0       1        0          0       0     0                        0

        Messages
        command      transport  sender   count
        CREATE_CHAN  TCP        client       3
        SEARCH       UDP        unknown     45

        Latency by server

        connect [ns]  count   mean  std    min    25%    50%    75%    95%    99%    max
        10.44.0.21        1  812.0    -  812.0  812.0  812.0  812.0  812.0  812.0  812.0

        create [ms]  count     mean    std      min      25%      50%      75%      95%      99%      max
        10.44.0.21       2   14.851  0.000   14.851   14.851   14.851   14.851   14.851   14.851   14.851
        10.44.0.22       1  150.308      -  150.308  150.308  150.308  150.308  150.308  150.308  150.308

        put [µs]    count    mean  std     min     25%     50%     75%     95%     99%     max
        10.44.0.21      1  45.300    -  45.300  45.300  45.300  45.300  45.300  45.300  45.300

        Slowest PVs
        PV            operation  server      count  mean [ms]  max [ms]
        l2:big,array  create     10.44.0.22      1    150.308   150.308
        l1:ao0        create     10.44.0.21      1     14.851    14.851
        l2:big,array  create     10.44.0.21      1     14.851    14.851
        l1:ao0        put        10.44.0.21      1      0.045     0.045

        2 names were searched, and nobody answered or served them
          nobody:a nobody:b

        No findings
        Nothing of what is looked for was found: 'cabridge analyze --help' lists it.

        """));

    [Test]
    public void Problems_are_told_with_their_file()
    {
        var problem = new CaptureProblem("a.pcap", 7, 1_234, "The file ends in the middle of a frame.", IsFatal: false);

        Assert.That(
            Text(SampleReport.Of([]) with { Problems = [problem] }),
            Does.Contain("\n  problem   a.pcap: The file ends in the middle of a frame.\n"));
    }

    /// <summary>Names, and the interface that a problem names, are a stranger's: in every table, list and line.</summary>
    [TestCase("a\e]0;b", "\"a\\u{1b}]0;b\"")]
    [TestCase("a\r\n\tb", "\"a\\u{d}\\u{a}\\u{9}b\"")]
    [TestCase("a\u202eb", "\"a\\u{202e}b\"")]
    [TestCase("a b", "\"a b\"")]
    public void Names_cannot_act_on_a_terminal(string name, string shown)
    {
        var pv = new PvName(name, 0);
        Transaction[] transactions = [Answered(Operation.Get, pv, 1), Unanswered(Operation.Put, pv, Outcome.TimedOut)];
        var report = SampleReport.Of(transactions, LatencyGrouping.Pv);
        var text = Text(report with
        {
            Problems = [new CaptureProblem("x.pcapng", 1, 2, $"Interface {name} cannot be read.", IsFatal: true)],
            NotServed = [name],
        });
        using var output = new StringWriter { NewLine = "\n" };
        new TransactionText(output, TextStyle.Plain).Add(in transactions[0]);

        Assert.That(text.Split(shown), Has.Length.EqualTo(5));
        Assert.That(output.ToString(), Does.Contain($"\n{shown} "));
        Assert.That((text + output).Where(character => char.IsControl(character) || character == '\u202e').Distinct(), Is.EqualTo("\n"));
    }

    [Test]
    public void An_empty_capture_has_no_times_and_no_tables() => Assert.That(
        Text(SampleReport.Of([]) with
        {
            Capture = SampleReport.Capture() with
            {
                FramesRead = 0,
                Frames = 0,
                ChannelAccessFrames = 0,
                Bytes = 0,
                ChannelAccessBytes = 0,
                First = null,
                Last = null,
                Circuits = 0,
                Anomalies = [],
                Search = new SearchFigures(0, 0, 0, []),
            },
            NotServed = [],
        }),
        Is.EqualTo(
            """
            Capture
              files     some_network_traffic.pcap
              frames    0, 0 bytes; TCP segments and UDP datagrams: 0
              CA        0 frames (0 %), 0 bytes (0 %), 0 circuits

            0 requests were unanswered during this capture.

            No findings
            Nothing of what is looked for was found: 'cabridge analyze --help' lists it.

            """));

    [Test]
    public void Latencies_from_nanoseconds_to_minutes_fit_the_page([Values] LatencyGrouping grouping, [Values(80, 100, 200)] int columns)
    {
        Transaction[] transactions =
        [
            .. Enumerable.Range(0, 300).Select(i => Answered(
                Operation.Subscribe, new PvName($"SR:C01-MG:G02A{{Quad:{i}}}Fld:Very-Long-Name-SP", i), 100 + (60_000_000_000L * i / 299), (byte)(200 + (i % 3)))),
            .. Enumerable.Range(0, 7).Select(i => Unanswered(Operation.Get, new PvName($"SR:C01-MG:G02A{{Quad:{i}}}Fld:Very-Long-Name-SP", i), Outcome.TimedOut)),
        ];

        Assert.That(Text(SampleReport.Of(transactions, grouping), columns: columns).Split('\n').Skip(12).Max(line => line.Length), Is.LessThanOrEqualTo(columns));
    }

    [TestCase(80)]
    [TestCase(int.MaxValue)]
    public void Long_names_lose_their_middle_on_a_terminal_and_nothing_in_a_pipe(int columns)
    {
        var pv = new PvName("SR:C01-MG:G02A{Quad:0}And-More-Of-It-Fld:With-An-End-SP", 0);
        var text = Text(SampleReport.Of([Answered(Operation.Get, pv, 1_234_000), Unanswered(Operation.Put, pv, Outcome.TimedOut)], LatencyGrouping.Pv), columns: columns);

        Assert.That(text, Does.Match(@"\nSR:C01\S*SP +get"));
        Assert.That(text.Split("…"), columns == 80 ? Has.Length.GreaterThan(2) : Has.Length.EqualTo(1));
        Assert.That(text, Does.Match(@"\nput +\S+ +timed out +1 +SR:C01\S*SP\n"));
    }

    [TestCase("abcdefghij", 10, ExpectedResult = "abcdefghij")]
    [TestCase("abcdefghijk", 10, ExpectedResult = "abcde…hijk")]
    [TestCase("a:first, a:second, a:third", 20, ExpectedResult = "a:first, a:second, …")]
    [TestCase("[fd00::1:2:3:4]:40000 → 10.0.0.1:5064", 30, ExpectedResult = "[fd00::…:40000 → 10.0.0.1:5064")]
    [TestCase("12345678901234567890 → 12345678901234567890", 23, ExpectedResult = "12345…7890 → 12345…7890")]
    public string Text_is_shortened_where_it_tells_least(string text, int width) => Shortened.ToFit(text, width);

    [Test]
    public void Tables_by_server_are_bounded_too()
    {
        Transaction[] transactions = [.. Enumerable.Range(0, 200).Select(i => Answered(Operation.Get, SampleReport.Ao0, 1_000_000 + i, (byte)i))];

        Assert.That(Text(SampleReport.Of(transactions)), Does.Contain("\n… and 150 more; these are the slowest (--top"));
    }

    [Test]
    public void Long_tables_by_PV_show_the_slowest_and_say_so()
    {
        Transaction[] transactions = [.. Enumerable.Range(0, 1_000).Select(i => Answered(Operation.Get, new PvName($"p{i:D3}", i), 1_000_000 + i))];

        Assert.That(Text(SampleReport.Of(transactions, LatencyGrouping.Pv, top: 1), top: 1), Does.Contain(
            """

            get [ms]  count   mean  std    min    25%    50%    75%    95%    99%    max
            p999          1  1.001    -  1.001  1.001  1.001  1.001  1.001  1.001  1.001
            … and 999 more; these are the slowest (--top for more, --format csv for all)

            """));
    }

    [Test]
    public void Percentiles_of_the_histogram_are_marked()
    {
        var report = SampleReport.Of(SampleReport.Transactions[..1]);
        var text = Text(report with { Latency = [report.Latency[0] with { Summary = report.Latency[0].Summary with { Exact = false } }] });

        Assert.That(text, Does.Contain("10.44.0.21       1  14.851    -  14.851  ~14.851  ~14.851"));
        Assert.That(text, Does.Contain("\n~ from a histogram, within 1.09 %"));
    }

    [Test]
    public void Limits_of_the_statistics_reach_the_table()
    {
        Transaction[] transactions = [.. Enumerable.Range(0, 5).Select(i => Answered(Operation.Get, new PvName($"p{i % 2}", i % 2), 1_000_000 * (i + 1)))];
        var limits = new LatencyTableOptions { MaxGroups = 1, MaxExactValuesPerGroup = 2 };
        var text = Text(SampleReport.Of(transactions, LatencyGrouping.Pv, options: new StatisticsOptions { Latency = limits }));

        Assert.That(text, Does.Match(@"\np0 +3 .*~.*\n\(other\) +2 [^~]*\n\n\(other\) has 2 latencies .*\n\n~ from a histogram"));
    }

    [Test]
    public void Servers_of_one_host_are_told_apart()
    {
        var first = Answered(Operation.Get, SampleReport.Ao0, 2_000_000);

        Assert.That(Text(SampleReport.Of([first, Answered(Operation.Get, SampleReport.Ao0, 1_000_000) with { Server = Host(21, 5066) }])), Does.Contain(
            """
            PV      operation  server           count  mean [ms]  max [ms]
            l1:ao0  get        10.44.0.21:5064      1      2.000     2.000
            l1:ao0  get        10.44.0.21:5066      1      1.000     1.000

            """));
    }

    [Test]
    public void Latencies_that_were_not_ranked_are_told() =>
        Assert.That(Text(SampleReport.Of([SampleReport.Transactions[0]]) with { UnrankedLatencies = 1_234 }), Does.Contain("\n1,234 latencies of further PVs are not in this ranking"));

    [Test]
    public void Transactions_are_lines_of_fixed_columns_under_their_date()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var text = new TransactionText(output, TextStyle.Plain);
        foreach (var transaction in SampleReport.Transactions)
        {
            text.Add(in transaction);
        }

        text.End();

        Assert.That(output.ToString(), Is.EqualTo(
            """
            PV                   server         2026-11-23 UTC    latency operation client        frames
            l1:ao0               10.44.0.21    06:17:27.957190  14.851 ms create    10.44.0.11    77:81
            l2:big,array         10.44.0.22    06:17:27.957190 150.308 ms create    10.44.0.11    78:104
            l2:big,array         10.44.0.21    06:17:27.957190  14.851 ms create    10.44.0.11    77:81
            l1:ao0               10.44.0.21    06:17:27.957190  45.300 µs put       10.44.0.11    77:81 ECA_NOWTACCESS
            -                    10.44.0.21    06:17:27.957190     812 ns connect   10.44.0.11    77:81
            l2:big,array         10.44.0.22    06:17:27.957190          - get       10.44.0.11    77:- circuit closed


            """));
    }
}
