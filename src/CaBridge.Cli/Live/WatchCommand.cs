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
          cabridge watch --outcome timed_out --outcome circuit_closed --format json >> unanswered.jsonl
        """;

    private static readonly string[] Formats = ["table", "json"];

    public static Command Create()
    {
        var server = new ServerAddress();
        var selection = new TransactionOptions();
        var format = new Option<string>("--format") { Description = "json is an object a line, as in analyze --transactions.", DefaultValueFactory = _ => Formats[0] };
        format.AcceptOnlyFromAmong(Formats);

        var command = new Command("watch", "Tell transactions as they end, until Ctrl+C.");
        selection.AddTo(command);
        command.Add(format);
        server.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var channel = server.Open(parsed);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, OutputReader.Gone());
            await using var output = StandardOutput.Open();
            using var lines = new TransactionLines(output, parsed.GetValue(format) is "json", TextStyle.OfStandardOutput());
            var watch = new TransactionWatch(
                new AnalysisService.AnalysisServiceClient(channel),
                selection.Read(parsed),
                lines.Write,
                Complaint.Tell);
            try
            {
                await watch.RunAsync(end.Token);
            }
            catch (FormatException failure)
            {
                throw new AgentException($"The server is of another version: {failure.Message}", failure);
            }

            return ExitCode.Success;
        });
        return command;
    }
}
