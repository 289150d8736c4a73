using System.Text.Json.Nodes;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Capture;
using CaBridge.Cli;
using CaBridge.Cli.Live;
using CaBridge.Cli.Rendering;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;
using TransactionFilter = CaBridge.Cli.TransactionFilter;

namespace CaBridge.Tests.Server;

/// <summary>The JSON of <c>analyze</c> and of <c>stats</c>, without what tells where it comes from.</summary>
internal static class AnswerJson
{
    private const int Top = 10;

    /// <summary>As <c>cabridge analyze --format json</c> has it.</summary>
    public static JsonObject OfFile(string path)
    {
        using var captures = CaptureSet.Open([path], new CaptureReaderOptions());
        return Of(analyzer =>
        {
            while (captures.TryRead(out var packet))
            {
                analyzer.Push(in packet);
            }
        });
    }

    /// <summary>The same of frames, those left out that came before.</summary>
    public static JsonObject OfFrames(IReadOnlyList<CapturedFrame> frames, int leftOut) => Of(analyzer =>
    {
        for (var i = leftOut; i < frames.Count; i++)
        {
            analyzer.Push(SampleBatches.Packet(frames[i], i + 1));
        }
    });

    /// <summary>As <c>cabridge stats --format json</c> has it.</summary>
    /// <param name="sensor">All if empty.</param>
    public static JsonObject OfServer(ServerProgram server, string sensor = "") =>
        Of(StatsCommand.ToReport(server.Analysis.GetReport(new GetReportRequest { Sensor = sensor, Top = Top })));

    /// <summary>Says what differs.</summary>
    public static void AssertEqual(JsonObject actual, JsonObject expected, string what)
    {
        foreach (var (key, value) in expected)
        {
            Assert.That(actual[key]?.ToJsonString(), Is.EqualTo(value?.ToJsonString()), $"{what}: {key}");
        }
    }

    /// <param name="text">What a program printed.</param>
    public static JsonObject Parse(string text)
    {
        var answer = JsonNode.Parse(text)!.AsObject();
        var capture = answer["capture"]!.AsObject();
        capture.Remove("files");
        capture.Remove("problems");
        return answer;
    }

    /// <summary>requests = answered + failed + pending + timed out + closed + lost, of each operation.</summary>
    public static void AssertBalanced(Report report)
    {
        Assert.That(report.Operations, Is.Not.Empty);
        foreach (var account in report.Operations)
        {
            Assert.That(
                account.Answered + account.Failed + account.Pending + account.TimedOut + account.CircuitClosed + account.LostInGap,
                Is.EqualTo(account.Requests),
                account.ToString());
        }
    }

    private static JsonObject Of(Action<Analyzer> push)
    {
        var statistics = new SelectedStatistics(new TransactionFilter([], new PvFilter([]), default), LatencyGrouping.Server, new StatisticsOptions());
        var analyzer = new Analyzer(
            new AnalyzerOptions { Diagnosis = new DiagnosisOptions() }, OtherEncapsulations.TryFindIp, onMessage: null, statistics.Add, onConnection: statistics.Add);
        push(analyzer);
        analyzer.Complete();
        return Of(statistics.Report([], [], analyzer.Snapshot(), Top, analyzer.Findings()));
    }

    private static JsonObject Of(AnalysisReport report)
    {
        using var stream = new MemoryStream();
        using (var json = new AnalysisJson(stream))
        {
            json.Finish(report);
        }

        return Parse(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }
}
