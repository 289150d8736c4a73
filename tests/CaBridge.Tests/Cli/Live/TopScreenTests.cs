using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Live.Top;
using CaBridge.Cli.Rendering;
using CaBridge.Tests.Statistics;

namespace CaBridge.Tests.Cli.Live;

[TestFixture]
internal sealed class TopScreenTests
{
    private static readonly TopSnapshot Sample = new()
    {
        Intake = new TopIntake("2 sensors, 1 away", 1_234_567, Lost: 12),
        Latest = SampleTransactions.Start,
        Span = CaptureDuration.FromSeconds(60),
        Accounts =
        [
            new OperationAccount(Operation.Search, 465, 450, 0, 12, 3, 0, 0, 0),
            new OperationAccount(Operation.Create, 450, 450, 0, 0, 0, 0, 0, 0),
            new OperationAccount(Operation.Get, 123_456, 123_400, 6, 0, 40, 9, 1, 0),
            new OperationAccount(Operation.Clear, 1, 0, 0, 1, 0, 0, 0, 0),
        ],
        ByOperation = [Row(Operation.Search, null, 450, 1), Row(Operation.Create, null, 450, 10), Row(Operation.Get, null, 123_406, 0.1, isExact: false)],
        ByServer = [Row(Operation.Search, "10.44.0.21", 300, 1), Row(Operation.Search, "fe80::ffff:ffff:ffff:ffff", 150, 2), Row(Operation.Get, "10.44.0.22", 123_406, 0.1, isExact: false)],
        ByPv =
        [
            Row(Operation.Get, "s2:a\u001b[31m", 7, 3),
            Row(Operation.Get, "LINAC:VACUUM:SECTOR-07:PUMP-STATION-12:ION-PUMP-CURRENT-READBACK.VAL", 5, 9),
            Row(Operation.Create, null, 2, 8),
        ],
        Unanswered =
        [
            SampleTransactions.Unanswered(Operation.Get, new PvName("l1:ao0", 0), Outcome.TimedOut),
            SampleTransactions.Unanswered(Operation.Search, new PvName("lost:pv0", 1), Outcome.Pending) with { Server = default },
        ],
        Rates = [.. Enumerable.Range(0, 100).Select(i => (double)(i * i % 97))],
    };

    [Test]
    public void Overview_fits_80_columns_and_24_lines() => Assert.That(Draw(Sample, new TopView(), 80, 24), Is.EqualTo(
        """
        cabridge top  2 sensors, 1 away  1,234,567 packets                  06:17:27 UTC
        operations 4.00/s ▇▇██▁▂▃▄▆█▁▃▆█▂▅█▃▆▁▅█▄█▄█▅▁▆▃█▆▃▁▆▄▂▁▇▆▅▃▃▂▁▁▁ ▁▁ peak 96.0/s
        last 60 s, all operations, all PVs, sorted by max, 12 packets lost

        operation    per s  requests  answered no reply        50%        99%        max
        search        7.75       465       450       15    1.00 ms    5.00 ms    9.00 ms
        create        7.50       450       450        0   10.00 ms   50.00 ms   90.00 ms
        get          2,058   123,456   123,400       50 ~100.00 µs ~500.00 µs  900.00 µs
        clear         0.02         1         0        1          -          -          -

        no reply             operation     count
        timed out            get              40
        pending at the end   search           12
        circuit closed       get               9

        server             operation    per s   replies        50%        99%        max
        fe80::fff…fff:ffff search        2.50       150    2.00 ms   10.00 ms   18.00 ms
        10.44.0.21         search        5.00       300    1.00 ms    5.00 ms    9.00 ms
        10.44.0.22         get          2,057   123,406 ~100.00 µs ~500.00 µs  900.00 µs

        slowest PVs                 operation   replies        50%        99%        max
        LINAC:VACUUM:…-READBACK.VAL get               5    9.00 ms   45.00 ms   81.00 ms
        (no PV)                     create            2    8.00 ms   40.00 ms   72.00 ms
        q quit  tab view  s sort  f filter PV  o operation  p pause  [overview]
        """));

    [Test]
    public void Overview_fits_120_columns_and_40_lines() => Assert.That(Draw(Sample, new TopView(), 120, 40), Is.EqualTo(
        """
        cabridge top  2 sensors, 1 away  1,234,567 packets                                                          06:17:27 UTC
        operations 4.00/s ▁▂▄▆▁▃▆█▃▆▁▅█▄█▄█▅▁▆▃█▅▂█▆▃▁█▆▄▃▂▁██▇▇▇▇▇▇██▁▂▃▄▆█▁▃▆█▂▅█▃▆▁▅█▄█▄█▅▁▆▃█▆▃▁▆▄▂▁▇▆▅▃▃▂▁▁▁ ▁▁ peak 96.0/s
        last 60 s, all operations, all PVs, sorted by max, 12 packets lost

        operation                         per s  requests  answered  failed no reply        50%        95%        99%        max
        search                             7.75       465       450       0       15    1.00 ms    3.00 ms    5.00 ms    9.00 ms
        create                             7.50       450       450       0        0   10.00 ms   30.00 ms   50.00 ms   90.00 ms
        get                               2,058   123,456   123,400       6       50 ~100.00 µs ~300.00 µs ~500.00 µs  900.00 µs
        clear                              0.02         1         0       0        1          -          -          -          -

        no reply             operation     count
        timed out            get              40
        pending at the end   search           12
        circuit closed       get               9
        timed out            search            3
        lost in a gap        get               1
        pending at the end   clear             1

        server                                          operation    per s   replies        50%        95%        99%        max
        fe80::ffff:ffff:ffff:ffff                       search        2.50       150    2.00 ms    6.00 ms   10.00 ms   18.00 ms
        10.44.0.21                                      search        5.00       300    1.00 ms    3.00 ms    5.00 ms    9.00 ms
        10.44.0.22                                      get          2,057   123,406 ~100.00 µs ~300.00 µs ~500.00 µs  900.00 µs

        slowest PVs                                     operation    per s   replies        50%        95%        99%        max
        LINAC:VACUUM:SECTOR-07:…MP-CURRENT-READBACK.VAL get           0.08         5    9.00 ms   27.00 ms   45.00 ms   81.00 ms
        (no PV)                                         create        0.03         2    8.00 ms   24.00 ms   40.00 ms   72.00 ms
        "s2:a\u{1b}[31m"                                get           0.12         7    3.00 ms    9.00 ms   15.00 ms   27.00 ms












        q quit  tab view  s sort  f filter PV  o operation  p pause  [overview] servers PVs no reply
        """));

    [Test]
    public void Unanswered_are_listed_with_their_reasons() =>
        Assert.That(Draw(Sample with { Problem = "the server is away: Connection refused" }, new TopView { Page = TopPage.Unanswered, IsPaused = true }, 80, 14), Is.EqualTo(
            """
            cabridge top  2 sensors, 1 away  1,234,567 packets                        PAUSED
            operations 4.00/s ▇▇██▁▂▃▄▆█▁▃▆█▂▅█▃▆▁▅█▄█▄█▅▁▆▃█▆▃▁▆▄▂▁▇▆▅▃▃▂▁▁▁ ▁▁ peak 96.0/s
            last 60 s, all operations, all PVs, sorted by max, 12 packets lost
            the server is away: Connection refused
            no reply             operation     count
            timed out            get              40
            pending at the end   search           12
            circuit closed       get               9
            timed out            search            3
            lost in a gap        get               1
            pending at the end   clear             1


            q quit  tab view  s sort  f filter PV  o operation  p pause  [no reply]
            """));

    [Test]
    public void A_filter_is_seen_while_it_is_typed() =>
        Assert.That(Draw(Sample, new TopView { Typed = "LINAC:*" }, 80, 24), Does.EndWith("\nPV filter, Enter or Esc: LINAC:*_"));

    [Test]
    public void Nothing_yet_is_said() =>
        Assert.That(Draw(new TopSnapshot { Intake = new TopIntake("eth0", 0, 0) }, new TopView(), 80, 24), Does.Contain("No packet yet."));

    /// <summary>Whatever the size, lines neither wrap nor scroll.</summary>
    [Test]
    public void Every_size_is_kept([Values] TopPage page)
    {
        for (var width = 1; width < 150; width += 3)
        {
            for (var height = 1; height < 50; height += 4)
            {
                var lines = TopScreen.Draw(Sample with { Problem = "away" }, new TopView { Page = page }, width, height, TextStyle.Plain);

                Assert.That(lines, Has.Count.EqualTo(height), $"{width}x{height}");
                Assert.That(lines.Max(line => line.Length), Is.LessThanOrEqualTo(width), $"{width}x{height}");
            }
        }
    }

    [TestCase(TopSort.Max, "LINAC:*")]
    [TestCase(TopSort.P99, "LINAC:*")]
    [TestCase(TopSort.Median, "LINAC:*")]
    [TestCase(TopSort.Count, "\"s2:*")]
    [TestCase(TopSort.Name, "(no PV)")]
    public void Rows_are_sorted(TopSort sort, string first)
    {
        var table = new TopTables(Sample, sort, 120).Pvs();

        Assert.That(PvGlob.Parse(first + (first.EndsWith('*') ? "" : "*")).IsMatch(table.Lines[0]), table.Lines[0]);
    }

    [Test]
    public void Sparkline_has_the_last_values_at_the_right()
    {
        Assert.That(Sparkline.Of([9, 0, 1, 4, 8], 4), Is.EqualTo(" ▁▄█"));
        Assert.That(Sparkline.Of([2, 2], 4), Is.EqualTo("  ██"));
        Assert.That(Sparkline.Of([0, 0], 3), Is.EqualTo("   "));
        Assert.That(Sparkline.Of([], 2), Is.EqualTo("  "));
    }

    [Test]
    public void Rates_are_differences_of_counts()
    {
        var history = new RateHistory(TimeSpan.FromSeconds(1));
        history.Add(TimeSpan.FromSeconds(10), Ended(get: 100));
        history.Add(TimeSpan.FromSeconds(10.1), Ended(get: 150));
        history.Add(TimeSpan.FromSeconds(12), Ended(get: 300, put: 10));
        history.Add(TimeSpan.FromSeconds(13), Ended(get: 40));

        Assert.That(history.Of(null), Is.EqualTo((double[])[105, 40]), "an answer between two ticks waits; a server that begins anew counts from zero");
        Assert.That(history.Of(Operation.Put), Is.EqualTo((double[])[5, 0]));
    }

    [Test]
    public void Keys_change_the_view()
    {
        Assert.That(Press("\t").Page, Is.EqualTo(TopPage.Servers));
        Assert.That(Press("\t\t\t\t").Page, Is.EqualTo(TopPage.Overview));
        Assert.That(Press("s").Sort, Is.EqualTo(TopSort.P99));
        Assert.That(Press("S").Sort, Is.EqualTo(TopSort.Name));
        Assert.That(Press("o").Operation, Is.EqualTo(Operation.Search));
        Assert.That(Press("oooooooooo").Operation, Is.Null);
        Assert.That((Press("p").IsPaused, Press("pp").IsPaused), Is.EqualTo((true, false)));
        Assert.That((Press("q").HasQuit, Press("fq").HasQuit), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_filter_is_typed()
    {
        Assert.That(Press("flinac").Question.Pv, Is.Empty);
        Assert.That(Press("flinac\r").Question.Pv, Is.EqualTo("*linac*"));
        Assert.That(Press("fl1:*\r").Question.Pv, Is.EqualTo("l1:*"));
        Assert.That(Press("fl1\rf\b\b\r").Question.Pv, Is.Empty);
        Assert.That(Press("fl1\rfxyz\u001b").Pv, Is.EqualTo("l1"));
        Assert.That(Press("f a\u0007b\r").Pv, Is.EqualTo("ab"));
    }

    private static string Draw(TopSnapshot snapshot, TopView view, int width, int height) =>
        string.Join('\n', TopScreen.Draw(snapshot, view, width, height, TextStyle.Plain));

    private static long[] Ended(long get, long put = 0)
    {
        var ended = new long[OperationNames.Count];
        (ended[(int)Operation.Get], ended[(int)Operation.Put]) = (get, put);
        return ended;
    }

    private static TopView Press(string keys) => keys.Aggregate(new TopView(), (view, key) => view.After(new ConsoleKeyInfo(
        key,
        key switch { '\t' => ConsoleKey.Tab, '\r' => ConsoleKey.Enter, '\b' => ConsoleKey.Backspace, '\u001b' => ConsoleKey.Escape, _ => ConsoleKey.None },
        shift: false,
        alt: false,
        control: false)));

    private static LatencyRow Row(Operation operation, string? key, long count, double milliseconds, bool isExact = true)
    {
        var unit = milliseconds * 1e6;
        return new LatencyRow(operation, key, new LatencySummary(count, unit, unit, (long)unit / 2, unit, unit, unit * 2, unit * 3, unit * 5, (long)unit * 9, isExact));
    }
}
