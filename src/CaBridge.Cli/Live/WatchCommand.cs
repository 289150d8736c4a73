using System.CommandLine;
using CaBridge.Agent;
using CaBridge.Cli.Rendering;
using CaBridge.Contracts.V1;

namespace CaBridge.Cli.Live;

/// <summary><c>cabridge watch</c>: transactions of a server as they end.</summary>
internal static class WatchCommand
{
    public const string Examples =
        """
        Examples:
          cabridge watch --slower-than 50ms                  what is slow, as it happens
          cabridge watch --pv 'LINAC:*' --operation put      who writes there
          cabridge watch --findings                          what goes wrong, and when it is over
          cabridge watch --outcome timed_out --outcome circuit_closed --format json >> unanswered.jsonl
        """;

    private static readonly string[] Formats = ["table", "json"];

    public static Command Create()
    {
        var server = new ServerAddress();
        var selection = new TransactionOptions();
        var findings = new Option<bool>("--findings") { Description = "What is wrong instead of transactions: findings that are open, then each that opens, changes or closes." };
        var format = new Option<string>("--format") { Description = "json is an object a line, as in analyze --transactions.", DefaultValueFactory = _ => Formats[0] };
        format.AcceptOnlyFromAmong(Formats);

        var command = new Command("watch", "Tell transactions as they end, or findings, until Ctrl+C.");
        command.Add(findings);
        selection.AddTo(command);
        selection.AddValidatorTo(command, findings);
        command.Add(format);
        server.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var channel = server.Open(parsed);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, OutputReader.Gone());
            await using var output = StandardOutput.Open();
            var client = new AnalysisService.AnalysisServiceClient(channel);
            var isJson = parsed.GetValue(format) is "json";
            try
            {
                await (parsed.GetValue(findings)
                    ? FindingsAsync(client, selection.ReadForFindings(parsed), output, isJson, end.Token)
                    : TransactionsAsync(client, selection.Read(parsed), output, isJson, end.Token));
            }
            catch (FormatException failure)
            {
                throw new AgentException($"The server is of another version: {failure.Message}", failure);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static async Task TransactionsAsync(
        AnalysisService.AnalysisServiceClient client, Contracts.V1.TransactionFilter filter, Stream output, bool isJson, CancellationToken end)
    {
        using var lines = new TransactionLines(output, isJson, TextStyle.OfStandardOutput());
        var watch = new ServerWatch<WatchTransactionsResponse>(
            cancel => client.WatchTransactions(new WatchTransactionsRequest { Filter = filter }, cancellationToken: cancel),
            message =>
            {
                if (message.Lost > 0)
                {
                    Complaint.Tell(FormattableString.Invariant($"{message.Lost:N0} transactions are missing here: they came faster than they were taken"));
                }

                lines.Write(message.Transactions);
            },
            connected: "connected; transactions follow as they end",
            back: "the server is back; what it saw meanwhile is missing here",
            Complaint.Tell);
        await watch.RunAsync(end);
    }

    private static async Task FindingsAsync(AnalysisService.AnalysisServiceClient client, FindingFilter filter, Stream output, bool isJson, CancellationToken end)
    {
        using var lines = new FindingLines(output, isJson, TextStyle.OfStandardOutput());
        var watch = new ServerWatch<WatchFindingsResponse>(
            cancel => client.WatchFindings(new WatchFindingsRequest { Filter = filter }, cancellationToken: cancel),
            message =>
            {
                if (message.Skipped > 0)
                {
                    Complaint.Tell(FormattableString.Invariant($"{message.Skipped:N0} changes are missing here: they came faster than they were taken; what they led to follows"));
                }

                lines.Write(message.Events);
            },
            connected: "connected; findings follow, first those that are open",
            back: "the server is back; findings that are open follow again",
            Complaint.Tell);
        await watch.RunAsync(end);
    }
}
