using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Extcap;

/// <summary>What the dissector counts (<c>tshark -z</c>), and its preferences.</summary>
internal sealed class DissectorReportTests
{
    private readonly Tshark _tshark = new();

    [OneTimeTearDown]
    public void DisposeTshark() => _tshark.Dispose();

    [Test]
    public void Response_times_are_those_of_the_analyzer([Values("mixed-ops", "other-port", "lossy", "catime")] string name)
    {
        var capture = GoldenCapture.Named(name);
        var table = new LatencyTable(LatencyGrouping.Server);
        foreach (var transaction in capture.Answers.Transactions)
            table.Add(transaction);

        var lines = _tshark.Read(capture.FilePath, "-q", "-z", "cabridge,srt").Split('\n').Skip(2).Where(line => line.Length > 0)
            .ToDictionary(line => string.Join(' ', Words(line)[..2]), line => Words(line)[2..], StringComparer.Ordinal);

        Assert.That(lines.Keys, Is.EquivalentTo(table.Rows().Select(row => $"{row.Operation.Name()} {row.Key}")));
        foreach (var (operation, server, expected) in table.Rows())
        {
            double[] milliseconds = [expected.Minimum, expected.Mean, expected.Percentile50, expected.Percentile95, expected.Percentile99, expected.Maximum];
            var found = lines[$"{operation.Name()} {server}"].Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToList();
            Assert.That(found[0], Is.EqualTo(expected.Count));
            Assert.That(found.Skip(2), Is.EqualTo(milliseconds.Select(nanoseconds => nanoseconds / 1e6)).Within(1e-6));
        }

        static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [Test]
    public void A_filter_chooses_what_is_counted()
    {
        var lines = _tshark.Read(GoldenCapture.Named("mixed-ops").FilePath, "-q", "-z", "cabridge,srt,ca.operation == \"get\"").Split('\n');

        Assert.That(lines.Where(line => line.StartsWith("get ", StringComparison.Ordinal)), Is.Not.Empty);
        Assert.That(lines.Where(line => line.StartsWith("echo ", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_list_of_PVs_has_each_once()
    {
        var capture = GoldenCapture.Named("duplicate-pv");
        var names = capture.Answers.Transactions.Select(transaction => transaction.Pv?.Text).OfType<string>().Distinct(StringComparer.Ordinal);

        var lines = _tshark.Read(capture.FilePath, "-q", "-z", "cabridge,pvs").Split('\n').Skip(2).Where(line => line.Length > 0);

        Assert.That(lines.Select(line => line.Split(' ')[^1]), Is.EqualTo(names.Order(StringComparer.Ordinal)));
    }

    [Test]
    public void The_preference_tells_what_is_slow()
    {
        var capture = GoldenCapture.Named("mixed-ops");
        var slow = capture.Answers.Transactions
            .Where(transaction => transaction.HasReply && transaction.Operation != Operation.Connect && transaction.Latency?.Nanoseconds > 1_000_000)
            .Select(transaction => transaction.ReplyFrame.ToString(CultureInfo.InvariantCulture))
            .ToHashSet(StringComparer.Ordinal);

        var frames = _tshark.Read(capture.FilePath, "-o", "ca.slow_reply:1", "-Y", "ca.expert.slow", "-T", "fields", "-e", "frame.number");

        Assert.That(frames.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(slow));
    }

    [Test]
    public void The_preference_tells_when_a_request_counts_as_unanswered()
    {
        var capture = GoldenCapture.Named("ioc-startup").FilePath;
        var sooner = DissectedCapture.ByCore(capture, new AnalyzerOptions { Timeout = CaptureDuration.FromSeconds(1) }).Transactions;

        var dissected = DissectedCapture.ByTshark(_tshark, capture, "-o", "ca.timeout:1").Transactions;

        Assert.That(dissected, Is.EquivalentTo(sooner));
        Assert.That(sooner, Is.Not.EquivalentTo(DissectedCapture.ByCore(capture).Transactions));
    }

    [Test]
    public void A_second_copy_is_refused_and_does_no_harm()
    {
        using var twice = new Tshark();
        twice.Install("copy.lua");

        var run = twice.Run("-n", "-r", GoldenCapture.Named("duplicate-pv").FilePath, "-Y", "ca", "-T", "fields", "-e", "ca.command");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Errors, Does.Contain("cabridge.lua is not loaded"));
        Assert.That(run.Output, Is.EqualTo(_tshark.Read(GoldenCapture.Named("duplicate-pv").FilePath, "-Y", "ca", "-T", "fields", "-e", "ca.command")));
    }
}
