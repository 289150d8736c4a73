using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Commands;

/// <summary><c>cabridge decode FILE…</c>: every message, one a line.</summary>
internal static class DecodeCommand
{
    public const string Examples =
        """
        Examples:
          cabridge decode network.pcap --pv 'LINAC:*'
          cabridge decode network.pcap --operation put --from +60 --to +90 --time relative
          cabridge decode network.pcap --command READ_NOTIFY -n 20
          cabridge decode network.pcap --format json | jq -c 'select(.pv)|[.pv,.value]'
          tcpdump -i eth0 -U -w - | cabridge decode -      lines as packets come
        """;

    /// <summary>JSON has values whole: libca's own default limit of an array.</summary>
    private const int DefaultValueBytes = 16 * 1024 * 1024;

    public static Command Create()
    {
        var selection = new SelectionOptions("messages", MessageFilter.OperationsWithMessages);
        var commands = new Option<string[]>("--command")
        {
            Description = "Only this command, such as READ_NOTIFY, or its number; may be repeated, also beside --operation.",
            HelpName = "NAME",
        };
        var limit = new Option<long?>("--limit", "-n")
        {
            Description = "End after this many messages.",
            HelpName = "COUNT",
            CustomParser = ParseLimit,
        };
        var format = new Option<MessageFormat>("--format") { Description = "One line a message either way; json has values whole." };
        var time = new Option<TimeFormat>("--time") { Description = "How text tells the time; relative is seconds from the first frame." };
        format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "text", "json");
        time.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "utc", "unix", "relative");
        var valueBytes = NumberOption.Whole(
            "--max-value-bytes", "Bytes of a value that JSON has; what is beyond is left out, and said to be.", DefaultValueBytes, unit: "BYTES");
        var limits = new LimitOptions();

        var command = new Command("decode", "Print every Channel Access message.");
        selection.AddTo(command);
        foreach (var option in (Option[])[commands, limit, format, time])
        {
            command.Add(option);
        }

        limits.AddTo(command);
        command.Add(valueBytes);
        command.Validators.Add(result =>
        {
            foreach (var name in result.GetValue(commands) ?? [])
            {
                if (!MessageFilter.TryParseCommand(name, out _))
                {
                    result.AddError($"--command does not know '{name}'; it needs a name such as READ_NOTIFY, or a number from 0 to 27.");
                }
            }
        });
        command.SetAction(parsed =>
        {
            var options = limits.Read(parsed);
            return new DecodeRun
            {
                Files = selection.Files(parsed),
                Options = parsed.GetValue(format) == MessageFormat.Json ? options with { PayloadLimitBytes = parsed.GetValue(valueBytes) } : options,
                Filter = new MessageFilter(selection.Pvs(parsed), parsed.GetValue(commands) ?? [], selection.Operations(parsed), selection.Range(parsed)),
                Limit = parsed.GetValue(limit) ?? long.MaxValue,
                Format = parsed.GetValue(format),
                TimeFormat = parsed.GetValue(time),
            }.Execute();
        });
        return command;
    }

    private static long? ParseLimit(ArgumentResult result)
    {
        if (!long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit == 0)
        {
            result.AddError($"--limit needs a number above 0, not '{result.Tokens[0].Value}'.");
        }

        return limit;
    }
}
