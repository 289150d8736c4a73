using System.CommandLine;
using CaBridge.Analysis;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Commands;

/// <summary><c>cabridge analyze FILE…</c>: what a capture says of Channel Access.</summary>
internal static class AnalyzeCommand
{
    public const string Examples =
        """
        Examples:
          tcpdump -i eth0 -w network.pcap        record; end with Ctrl+C
          cabridge analyze network.pcap          what was slow, what stayed unanswered
          cabridge analyze network.pcap --operation create --transactions
                                                 every channel creation, one a line
          cabridge analyze a.pcapng b.pcap.gz --by pv --pv 'LINAC:*' --top 20
          cabridge analyze network.pcap --connections
                                                 where each channel's time went
          cabridge analyze network.pcap --findings --fail-on warning
                                                 what is wrong; exit code 7 if anything is
          cabridge analyze network.pcap --from 2026-11-22T10:43:17Z --to +3600
          cabridge analyze network.pcap --format json | jq .unanswered
          tcpdump -i eth0 -w - | cabridge analyze -
        """;

    private const int DefaultTop = 10;

    private static readonly string[] Formats = ["table", "json", "csv"];

    public static Command Create()
    {
        var selection = new SelectionOptions("requests", OperationNames.All);
        var by = new Option<string>("--by") { Description = "What latencies are told apart by.", DefaultValueFactory = _ => GroupingNames.All[0] };
        by.AcceptOnlyFromAmong([.. GroupingNames.All]);
        var top = NumberOption.Whole("--top", "How many of the slowest PVs, and rows of long tables, to show.", DefaultTop, least: 0);
        var transactions = new Option<bool>("--transactions") { Description = "Every request with its PV, server, time and latency, too." };
        var messages = new Option<bool>("--messages") { Description = "Messages by command, too." };
        var format = new Option<string>("--format")
        {
            Description = "csv is the table of latencies, with --transactions that of requests, with --findings that of findings.",
            DefaultValueFactory = _ => Formats[0],
        };
        format.AcceptOnlyFromAmong(Formats);
        var timeout = NumberOption.Seconds(
            "--timeout", "Count a request as timed out after so many seconds of capture time.", new AnalyzerOptions().Timeout.TotalSeconds);
        var connections = new Option<bool>("--connections") { Description = "The slowest connections of channels, too, from first search to first value." };
        var findings = new Option<bool>("--findings") { Description = "Nothing but the findings: what is wrong, and what to do." };
        var failOn = new Option<string>("--fail-on") { Description = "Return exit code 7 if a finding is of this severity or above." };
        failOn.AcceptOnlyFromAmong([.. FindingNames.AllSeverities]);
        var thresholds = new ThresholdOption();
        var limits = new LimitOptions();
        var statistics = new StatisticsLimitOptions();

        var command = new Command("analyze", "Match every request with its reply and tell what stayed unanswered and what was slow.");
        selection.AddTo(command);
        foreach (var option in (Option[])[by, top, transactions, messages, connections, findings, failOn, thresholds.Option, format, timeout])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(findings) && (result.GetValue(transactions) || result.GetValue(messages) || result.GetValue(connections)))
            {
                result.AddError("--findings tells nothing else: leave it, or --transactions, --messages and --connections, out");
            }
        });
        limits.AddTo(command);
        statistics.AddTo(command);
        command.SetAction(parsed => new AnalyzeRun
        {
            Files = selection.Files(parsed),
            Options = limits.Read(parsed) with
            {
                Timeout = CaptureDuration.FromSeconds(parsed.GetValue(timeout)),
                Diagnosis = thresholds.Read(parsed),
            },
            Filter = new TransactionFilter(selection.Operations(parsed), selection.Pvs(parsed), selection.Range(parsed)),
            Statistics = statistics.Read(parsed),
            Grouping = GroupingNames.Parse(parsed.GetRequiredValue(by)),
            Top = parsed.GetValue(top),
            Transactions = parsed.GetValue(transactions),
            Connections = parsed.GetValue(connections),
            FindingsOnly = parsed.GetValue(findings),
            FailOn = FindingNames.TryParseSeverity(parsed.GetValue(failOn), out var severity) ? severity : null,
            Messages = parsed.GetValue(messages),
            Format = (OutputFormat)Array.IndexOf(Formats, parsed.GetRequiredValue(format)),
        }.Execute());
        return command;
    }
}
