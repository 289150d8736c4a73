using System.CommandLine;
using System.Globalization;
using System.Text;
using CaBridge.Agent;
using CaBridge.Analysis.Statistics;
using CaBridge.Cli.Rendering;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using Grpc.Core;

namespace CaBridge.Cli.Live;

/// <summary><c>cabridge stats</c>: what a server found out so far, as <c>analyze</c> tells it of a file.</summary>
internal static class StatsCommand
{
    private const int DefaultTop = 10;
    private static readonly string[] Formats = ["table", "json", "csv"];

    public static Command Create()
    {
        var server = new ServerAddress();
        var sensor = new Option<string>("--sensor") { Description = "One sensor; all if not given.", HelpName = "NAME", DefaultValueFactory = _ => "" };
        var top = Commands.NumberOption.Whole("--top", "How many of the slowest PVs to show.", DefaultTop, least: 0);
        var messages = new Option<bool>("--messages") { Description = "Messages by command, too." };
        var format = new Option<string>("--format") { Description = "json is that of analyze.", DefaultValueFactory = _ => Formats[0] };
        format.AcceptOnlyFromAmong(Formats);

        var command = new Command("stats", "Tell what an analysis server found out since it started.");
        server.AddTo(command);
        foreach (var option in (Option[])[sensor, top, messages, format])
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, cancel) =>
        {
            using var channel = server.Open(parsed);
            var client = new AnalysisService.AnalysisServiceClient(channel);
            var request = new GetReportRequest { Sensor = parsed.GetValue(sensor), Top = Math.Max(parsed.GetValue(top), 1) };
            var told = await Ask(() => client.GetReportAsync(request, cancellationToken: cancel).ResponseAsync);
            if (told.FindingsTotal > told.Findings.Count)
            {
                Complaint.Tell(string.Create(
                    CultureInfo.InvariantCulture, $"the server knows {told.FindingsTotal:N0} findings; these are the {told.Findings.Count:N0} that matter most (/v1/findings has all)"));
            }

            var report = ToReport(told);
            Print(report, parsed.GetRequiredValue(format), parsed.GetValue(top), parsed.GetValue(messages));
            return ExitCode.Success;
        });
        return command;
    }

    /// <exception cref="AgentException">The server cannot be asked, or refuses; the message is for the user.</exception>
    internal static async Task<T> Ask<T>(Func<Task<T>> question)
    {
        try
        {
            return await question();
        }
        catch (RpcException failure)
        {
            throw new AgentException(failure.StatusCode == StatusCode.Unavailable
                ? $"The server cannot be reached: {ServerFault.Sentence(failure)}"
                : $"The server refuses: {ServerFault.Sentence(failure)}", failure);
        }
    }

    internal static AnalysisReport ToReport(Contracts.V1.Report report) => new()
    {
        Files = [.. report.Sensors],
        Capture = report.ToSnapshot(),
        Operations = [.. report.Operations.Select(account => account.ToAccount())],
        Grouping = LatencyGrouping.Server,
        Latency = [.. report.Latency.Select(group => group.ToRow())],
        OtherLatencies = report.OtherLatencies,
        UnrankedLatencies = report.UnrankedLatencies,
        Failures = [.. report.Failures.Select(count => count.ToCount())],
        NotServed = [.. report.NotServed],
        SlowestPvs = [.. report.SlowestPvs.Select(slow => slow.ToSlowPv())],
        UnansweredCounts = [.. report.UnansweredCounts.Select(count => count.ToCount())],
        Unanswered = [.. report.Unanswered.Select(transaction => transaction.ToTransaction())],
        Connections = report.ConnectionSummary.ToTable(),
        LooksForFindings = report.LooksForFindings,
        Findings = [.. report.Findings.Select(finding => finding.ToFinding())],
    };

    private static void Print(AnalysisReport report, string format, int top, bool messages)
    {
        using var output = StandardOutput.Open();
        if (format is "json")
        {
            using var json = new AnalysisJson(output);
            json.Finish(report);
            return;
        }

        using var text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        if (format is "csv")
        {
            new AnalysisCsv(text).WriteLatency(report);
        }
        else
        {
            new AnalysisText(text, TextStyle.OfStandardOutput()).Write(report, top, messages);
        }
    }
}
