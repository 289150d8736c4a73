using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Server.Metrics;

/// <summary>What Prometheus reads after a replay.</summary>
[TestFixture]
public sealed partial class MetricsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Metrics_tell_what_the_report_tells()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ReplayAsync("mixed-ops.pcap.gz", "gate 1");
        await server.ReplayAsync("ioc-startup.pcap", "gate 2");
        var report = await new AnalysisService.AnalysisServiceClient(server.Channel).GetReportAsync(new GetReportRequest());
        var metrics = await ScrapeAsync(server, until: report.Operations.Sum(account => account.Requests));

        foreach (var account in report.Operations)
        {
            var operation = account.Operation.ToString().ToLowerInvariant();
            var replies = account.Answered + account.Failed;
            Assert.That(metrics[$"cabridge_requests_total{{operation=\"{operation}\"}}"], Is.EqualTo(account.Requests), operation);
            Assert.That(Sum(metrics, $"cabridge_outcomes_total{{operation=\"{operation}\""), Is.EqualTo(account.Requests), operation);
            Assert.That(metrics[$"cabridge_outcomes_total{{operation=\"{operation}\",outcome=\"answered\"}}"], Is.EqualTo(account.Answered), operation);
            Assert.That(Sum(metrics, $"cabridge_latency_seconds_count{{operation=\"{operation}\""), Is.EqualTo(replies), operation);
        }

        var seconds = report.Latency.Where(group => group.Operation == Operation.Get).Sum(group => group.Count * group.MeanNs) / 1e9;
        Assert.That(Sum(metrics, "cabridge_latency_seconds_sum{operation=\"get\""), Is.EqualTo(seconds).Within(1e-9));
        Assert.That(metrics["cabridge_sensor_packets_total{sensor=\"gate 1\"}"], Is.EqualTo(2810));
        Assert.That(metrics["cabridge_sensor_lost_packets_total{at=\"kernel\",sensor=\"gate 2\"}"], Is.Zero);
        Assert.That(metrics["cabridge_latency_observations_passed_over_total{}"], Is.Zero);
        Assert.That(metrics["cabridge_loop_busy_seconds_total{}"], Is.Positive);
        Assert.That(metrics.Keys, Has.Some.StartsWith("dotnet_gc_").And.Some.StartsWith("dotnet_process_cpu_time_seconds_total"));
    }

    [Test]
    public async Task What_is_open_is_told_until_it_ends()
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = await RawAgent.ConnectAsync(server.Channel, "gate");
        var batches = SampleBatches.Of(GoldenCapture.Named("ioc-startup"));
        foreach (var batch in batches)
        {
            await agent.SendAsync(batch);
        }

        await agent.ReadUntilAsync((ulong)batches.Count);
        var open = await ScrapeAsync(server, metrics => metrics.GetValueOrDefault("cabridge_sensor_open_channels{sensor=\"gate\"}") >= 450);
        Assert.That(open["cabridge_sensor_open_circuits{sensor=\"gate\"}"], Is.EqualTo(9));
        Assert.That(open["cabridge_sensor_open_channels{sensor=\"gate\"}"], Is.EqualTo(450));

        await agent.SendAsync(new PacketBatch { Sequence = 1000, EndOfCapture = true });
        await agent.ReadUntilAsync(1000);
        var ended = await ScrapeAsync(server, metrics => metrics["cabridge_sensor_open_circuits{sensor=\"gate\"}"] == 0);
        Assert.That(ended["cabridge_sensor_open_channels{sensor=\"gate\"}"], Is.Zero);
    }

    [Test]
    public async Task Findings_are_told_while_they_are_open_and_counted()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ReplayAsync("duplicate-pv.pcap", "gate");
        var listed = (await new AnalysisService.AnalysisServiceClient(server.Channel).ListFindingsAsync(new ListFindingsRequest { PageSize = 1000 })).Findings;
        var metrics = await ScrapeAsync(server, read => Sum(read, "cabridge_findings_total{") >= listed.Count);

        foreach (var series in listed.CountBy(finding => $"{{id=\"{finding.Id}\",severity=\"{finding.Severity.ToString().ToLowerInvariant()}\"}}"))
        {
            Assert.That(metrics[$"cabridge_findings_total{series.Key}"], Is.EqualTo(series.Value), series.Key);
        }

        Assert.That(Sum(metrics, "cabridge_findings_open{"), Is.EqualTo(listed.Count(finding => finding.Open)).And.Positive);
        Assert.That(metrics["cabridge_findings_open{id=\"search-storm\",severity=\"error\"}"], Is.Zero);
    }

    [Test]
    public async Task Series_are_bounded()
    {
        await using var server = await RunningServer.StartAsync("--CaBridge:Metrics:MaxServers=1", "--CaBridge:Metrics:MaxSensors=1");
        await server.ReplayAsync("ioc-startup.pcap", "first");
        await server.ReplayAsync("mixed-ops.pcap.gz", "second");
        await server.ReplayAsync("mid-stream.pcap", "third");
        var requests = (await new AnalysisService.AnalysisServiceClient(server.Channel).GetReportAsync(new GetReportRequest())).Operations.Sum(account => account.Requests);
        var metrics = await ScrapeAsync(server, requests);

        Assert.That(Labels(metrics, "cabridge_latency_seconds_count", "server"), Has.Length.EqualTo(2).And.Contain("other"));
        Assert.That(Labels(metrics, "cabridge_sensor_packets_total", "sensor"), Is.EquivalentTo((string[])["first", "other"]));
        Assert.That(metrics["cabridge_sensor_packets_total{sensor=\"other\"}"], Is.GreaterThan(2810));
    }

    /// <summary>Debian's promtool, where it is: names, units and types as Prometheus wants them.</summary>
    [Test]
    public async Task Promtool_has_nothing_to_say()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ReplayAsync("mixed-ops.pcap.gz", "gate");
        await ScrapeAsync(server, until: 1);
        var text = (await server.GetAsync("/metrics")).Text;
        Assert.That(text, Does.Match(@"(?m)^cabridge_latency_seconds_bucket\{.*le=""1E-05""\}|le=""0\.00001""").Or.Contain("le=\"1e-05\""));
        if (!File.Exists("/usr/bin/promtool"))
        {
            return;
        }

        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", ["check", "metrics"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true });
        Assert.That(promtool, Is.Not.Null);
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        Assert.That(await promtool.StandardError.ReadToEndAsync(), Is.Empty);
    }

    private static Task<Dictionary<string, double>> ScrapeAsync(RunningServer server, long until) =>
        ScrapeAsync(server, metrics => Sum(metrics, "cabridge_requests_total{") >= until);

    private static async Task<Dictionary<string, double>> ScrapeAsync(RunningServer server, Func<Dictionary<string, double>, bool> isWanted)
    {
        using var end = new CancellationTokenSource(Patience);
        while (true)
        {
            var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var line in (await server.GetAsync("/metrics")).Text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
            {
                var at = line.LastIndexOf(' ');
                metrics.Add(line[..at], double.Parse(line.AsSpan(at + 1), CultureInfo.InvariantCulture));
            }

            if (isWanted(metrics))
            {
                return metrics;
            }

            await Task.Delay(100, end.Token);
        }
    }

    private static double Sum(Dictionary<string, double> metrics, string prefix) =>
        metrics.Where(series => series.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(series => series.Value);

    private static string[] Labels(Dictionary<string, double> metrics, string name, string label) =>
    [
        .. metrics.Keys.Where(key => key.StartsWith($"{name}{{", StringComparison.Ordinal))
            .Select(key => LabelValue().Matches(key).First(match => match.Groups["name"].ValueSpan.SequenceEqual(label)).Groups["value"].Value)
            .Distinct(StringComparer.Ordinal),
    ];

    [GeneratedRegex("(?<name>[a-z_]+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelValue();
}
