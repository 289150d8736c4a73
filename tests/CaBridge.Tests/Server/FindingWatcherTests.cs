using CaBridge.Analysis;
using CaBridge.Analysis.Findings;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;
using Finding = CaBridge.Analysis.Findings.Finding;
using FindingConfidence = CaBridge.Analysis.Findings.FindingConfidence;
using FindingSeverity = CaBridge.Analysis.Findings.FindingSeverity;

namespace CaBridge.Tests.Server;

/// <summary>Watchers that read, and those that do not; sensors that see the same.</summary>
[TestFixture]
internal sealed class FindingWatcherTests
{
    [Test]
    public async Task Slow_reader_misses_changes_and_never_the_last_state()
    {
        using var watcher = new FindingWatcher(new FindingSelection(filter: null));
        watcher.Begin([]);
        for (var count = 1; count <= 100; count++)
        {
            watcher.Offer(new FindingStep(Sample("a", count), IsNew: count == 1), "gate");
            watcher.Flush();
        }

        watcher.Offer(new FindingStep(Sample("b", 1, isOpen: false), IsNew: true), "gate");
        watcher.Offer(new FindingStep(Sample("a", 101, isOpen: false)), "gate");
        watcher.Flush();
        var messages = await DrainAsync(watcher, "b");
        var events = messages.SelectMany(message => message.Events).ToList();

        Assert.That(events.Count(told => IsOf(told, "a")) + messages.Sum(message => message.Skipped), Is.EqualTo(101));
        Assert.That(messages.Sum(message => message.Skipped), Is.Positive);
        Assert.That(events.Where(told => IsOf(told, "a")).Select(told => (told.Change, told.Finding.Count)).Last(), Is.EqualTo((FindingChange.Closed, 101L)));
        Assert.That(events.Where(told => IsOf(told, "b")).Select(told => told.Change), Is.EqualTo((FindingChange[])[FindingChange.Opened, FindingChange.Closed]));
    }

    [Test]
    public async Task What_was_told_to_open_is_told_to_close_though_it_does_not_match_any_more()
    {
        using var watcher = new FindingWatcher(new FindingSelection(new FindingFilter { MinSeverity = CaBridge.Contracts.V1.FindingSeverity.Error }));
        watcher.Begin([(Sample("a", 1), "gate")]);
        watcher.Offer(new FindingStep(Sample("a", 2) with { Severity = FindingSeverity.Warning }), "gate");
        watcher.Offer(new FindingStep(Sample("b", 2) with { Severity = FindingSeverity.Warning }, IsNew: true), "gate");
        watcher.Flush();
        watcher.Offer(FindingStep.Gone(Sample("a", 2) with { Severity = FindingSeverity.Warning }), "gate");
        watcher.Flush();
        var messages = await DrainAsync(watcher, "a");

        Assert.That(
            messages.SelectMany(message => message.Events).Select(told => (told.Finding.Key, told.Change)),
            Is.EqualTo(new[] { ("a", FindingChange.Current), ("a", FindingChange.Updated), ("a", FindingChange.Closed) }));
    }

    [Test]
    public void Another_sensor_tells_where_the_first_sees_it_no_more()
    {
        var (left, right) = (new SensorFindings(10), new SensorFindings(10));
        var table = new FindingTable(10, sensor => sensor == 0 ? left : right);
        Take(table, 0, left.Take([Sample("a", 5)]));
        Take(table, 1, right.Take([Sample("a", 3)]));
        Assert.That(table.All.Single().Sensor, Is.Zero);

        Take(table, 0, left.Close());
        Assert.That((table.All.Single().Sensor, table.All.Single().Finding.Count, table.All.Single().Finding.IsOpen), Is.EqualTo((1, 3L, true)));
        Take(table, 1, right.Take([]));
        Assert.That((table.All.Any(), table.OpenedOf(FindingKind.DuplicatePv, FindingSeverity.Error)), Is.EqualTo((false, 1L)));
    }

    [Test]
    public void Restart_is_one_though_clocks_differ()
    {
        var (left, right) = (new SensorFindings(10), new SensorFindings(10));
        var table = new FindingTable(10, sensor => sensor == 0 ? left : right);
        var restart = Sample("restart/1", 5) with { Kind = FindingKind.ServerRestart, Servers = [Endpoint.FromIPv4(0x0A2C0015, 5064)] };
        Take(table, 0, left.Take([restart]));
        Take(table, 1, right.Take([restart with { Key = "restart/2", First = new CaptureTime(1_500_000_000) }]));
        Take(table, 1, right.Take([restart with { Key = "restart/2", First = new CaptureTime(1_500_000_000), Count = 7 }]));

        Assert.That(table.All.Select(cause => (cause.Key, cause.Sensor)), Is.EqualTo(new[] { ("restart/1", 0) }));
    }

    [Test]
    public void Tables_are_bounded()
    {
        var findings = new SensorFindings(maxPast: 3);
        var table = new FindingTable(8, _ => findings);
        Take(table, 0, findings.Take([.. Enumerable.Range(0, 100).Select(number => Sample($"{number}", number + 1) with { Last = new CaptureTime(number) })]));
        findings.EndSession();

        Assert.That((table.All.Count(), table.Evicted), Is.EqualTo((8, 92L)));
        Assert.That(findings.All.Select(finding => finding.Key), Is.EquivalentTo((string[])["97", "98", "99"]));
    }

    [Test]
    public void Finding_of_a_later_session_takes_the_place_of_the_one_before()
    {
        var findings = new SensorFindings(10);
        findings.Take([Sample("a", 5), Sample("b", 1)]);
        findings.Close();
        findings.EndSession();
        var steps = findings.Take([Sample("a", 1)]);

        Assert.That(steps.Select(step => (step.Finding.Key, step.IsNew, step.Finding.IsOpen)), Is.EqualTo(new[] { ("a", false, true) }));
        Assert.That(findings.All.Select(finding => (finding.Key, finding.Count)), Is.EquivalentTo(new[] { ("a", 1L), ("b", 1L) }));
    }

    private static void Take(FindingTable table, int sensor, List<FindingStep> steps) => steps.ForEach(step => table.Take(sensor, in step, static (_, _) => { }));

    private static async Task<List<WatchFindingsResponse>> DrainAsync(FindingWatcher watcher, string last)
    {
        var messages = new List<WatchFindingsResponse>();
        await foreach (var message in watcher.ReadAllAsync(CancellationToken.None))
        {
            messages.Add(message);
            watcher.Flush();
            if (message.Events.Any(told => IsOf(told, last) && told.Change == FindingChange.Closed))
            {
                watcher.Dispose();
            }
        }

        return messages;
    }

    private static bool IsOf(FindingEvent told, string key) => string.Equals(told.Finding.Key, key, StringComparison.Ordinal);

    private static Finding Sample(string key, long count, bool isOpen = true) => new()
    {
        Kind = FindingKind.DuplicatePv,
        Key = key,
        Severity = FindingSeverity.Error,
        Title = "two servers have it",
        Count = count,
        First = new CaptureTime(1_000_000_000),
        Last = new CaptureTime(1_000_000_000 + count),
        Frames = [1],
        Confidence = FindingConfidence.High,
        Advice = "remove one",
        IsOpen = isOpen,
    };
}
