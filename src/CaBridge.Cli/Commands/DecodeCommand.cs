using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Commands;

/// <summary><c>cabridge decode FILE…</c>: every message, one a line.</summary>
internal static class DecodeCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Capture files (pcap, pcapng, also compressed); - is standard input.", Arity = ArgumentArity.OneOrMore };
        var format = new Option<MessageFormat>("--format") { Description = "One line a message either way; json has values whole." };
        var pv = new Option<string?>("--pv") { Description = "Only messages about PVs that match (* ? [abc]).", HelpName = "GLOB" };
        var commands = new Option<string[]>("--command") { Description = "Only this command, such as READ_NOTIFY; may be repeated.", HelpName = "NAME" };
        var from = new Option<string?>("--from") { Description = "Begin at this time: seconds since 1970, ISO 8601, or +seconds from the start.", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "End before this time.", HelpName = "TIME" };
        var limit = new Option<long?>("--limit", "-n")
        {
            Description = "End after this many messages.",
            HelpName = "COUNT",
            CustomParser = ParseLimit,
        };
        var time = new Option<TimeFormat>("--time") { Description = "How text tells the time; relative is seconds from the first frame." };
        format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "text", "json");
        time.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "utc", "unix", "relative");

        var command = new Command("decode", "Print every Channel Access message.") { files, format, pv, commands, from, to, limit, time };
        command.Validators.Add(result =>
        {
            if (!TimeRange.TryParse(result.GetValue(from), result.GetValue(to), out _, out var error))
            {
                result.AddError(error);
            }

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
            _ = TimeRange.TryParse(parsed.GetValue(from), parsed.GetValue(to), out var range, out _);
            var glob = parsed.GetValue(pv);
            var filter = new MessageFilter(glob is null ? null : PvGlob.Parse(glob), parsed.GetValue(commands) ?? [], range);
            using var output = StandardOutput.Open();
            return new DecodeRun(output, filter, parsed.GetValue(limit) ?? long.MaxValue, parsed.GetValue(format), parsed.GetValue(time))
                .Execute(parsed.GetRequiredValue(files), parsed.InvocationConfiguration.Error);
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
