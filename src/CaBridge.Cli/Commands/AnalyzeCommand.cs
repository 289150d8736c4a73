using System.CommandLine;
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
          cabridge analyze network.pcap          latencies by server, what stayed unanswered, the slowest PVs
          cabridge analyze network.pcap --operation create --transactions
                                                 every channel creation with its PV, server, time and latency
          cabridge analyze a.pcapng b.pcap.gz --by pv --pv 'LINAC:*' --top 20
          cabridge analyze network.pcap --from 2026-11-22T10:43:17Z --to 2026-11-22T10:50:00Z
          cabridge analyze network.pcap --format json | jq .unanswered
          tcpdump -i eth0 -w - | cabridge analyze -
        """;

    private const int DefaultTop = 10;

    private static readonly string[] Formats = ["table", "json", "csv"];

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "pcap or pcapng, also gzip-compressed; - is standard input. Several are read as one, in the order of time.",
            Arity = ArgumentArity.OneOrMore,
        };
        files.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value is ['-', _, ..]) is { } option)
            {
                result.AddError($"There is no option '{option.Value}'.");
            }
        });
        var by = new Option<string>("--by") { Description = "What latencies are told apart by.", DefaultValueFactory = _ => GroupingNames.All[0] };
        by.AcceptOnlyFromAmong([.. GroupingNames.All]);
        var operations = new Option<string[]>("--operation")
        {
            Description = $"Only this operation ({string.Join(", ", OperationNames.All)}); may be repeated.",
            HelpName = "NAME",
        };
        operations.AcceptOnlyFromAmong([.. OperationNames.All]);
        var pvs = new Option<string[]>("--pv") { Description = "Only PVs that match, such as 'LINAC:*'; may be repeated.", HelpName = "GLOB" };
        var from = new Option<string?>("--from") { Description = "Only requests from this time on: ISO 8601, Unix seconds, or +seconds from the start.", HelpName = "T" };
        var to = new Option<string?>("--to") { Description = "Only requests before this time.", HelpName = "T" };
        var top = NumberOption.Whole("--top", "How many of the slowest PVs to show.", DefaultTop, least: 0);
        var transactions = new Option<bool>("--transactions") { Description = "Every request with its PV, server, time and latency, too." };
        var messages = new Option<bool>("--messages") { Description = "Messages by command, too." };
        var format = new Option<string>("--format")
        {
            Description = "csv is the table of latencies, or with --transactions that of requests.",
            DefaultValueFactory = _ => Formats[0],
        };
        format.AcceptOnlyFromAmong(Formats);

        var command = new Command("analyze", "Match every request with its reply and tell what stayed unanswered and what was slow.")
        {
            files, by, operations, pvs, from, to, top, transactions, messages, format,
        };
        var limits = new LimitOptions();
        limits.AddTo(command);
        var statistics = new StatisticsLimitOptions();
        statistics.AddTo(command);
        command.Validators.Add(result =>
        {
            if (!TimeRange.TryParse(result.GetValue(from), result.GetValue(to), out _, out var error))
            {
                result.AddError(error);
            }
        });
        command.SetAction(parsed =>
        {
            _ = TimeRange.TryParse(parsed.GetValue(from), parsed.GetValue(to), out var range, out _);
            return new AnalyzeRun
            {
                Files = parsed.GetRequiredValue(files),
                Options = limits.Read(parsed),
                Filter = new TransactionFilter(
                    [.. (parsed.GetValue(operations) ?? []).Select(ParseOperation)],
                    [.. (parsed.GetValue(pvs) ?? []).Select(PvGlob.Parse)],
                    range),
                Statistics = statistics.Read(parsed),
                Grouping = GroupingNames.Parse(parsed.GetRequiredValue(by)),
                Top = parsed.GetValue(top),
                Transactions = parsed.GetValue(transactions),
                Messages = parsed.GetValue(messages),
                Format = (OutputFormat)Array.IndexOf(Formats, parsed.GetRequiredValue(format)),
            }.Execute();
        });
        return command;
    }

    private static Operation ParseOperation(string name)
    {
        _ = OperationNames.TryParse(name, out var operation);
        return operation;
    }
}
