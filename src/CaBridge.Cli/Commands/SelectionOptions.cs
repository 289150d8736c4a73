using System.CommandLine;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Commands;

/// <summary>The files to read and the options that choose a part of what is in them, the same for all commands that read captures.</summary>
internal sealed class SelectionOptions
{
    private const string EndOfOptions = "--";

    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "pcap or pcapng, also gzip-compressed; - is standard input. Several are read as one, in the order of time.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _operations;
    private readonly Option<string[]> _pvs = new("--pv") { Description = "Only PVs that match, such as 'LINAC:*'; may be repeated.", HelpName = "GLOB" };
    private readonly Option<string?> _from;
    private readonly Option<string?> _to;

    /// <param name="what">What is chosen from: <c>requests</c>.</param>
    /// <param name="operations">Names of those that can be chosen.</param>
    public SelectionOptions(string what, IReadOnlyList<string> operations)
    {
        _operations = new Option<string[]>("--operation") { Description = $"Only this operation ({string.Join(", ", operations)}); may be repeated.", HelpName = "NAME" };
        _operations.AcceptOnlyFromAmong([.. operations]);
        _from = new Option<string?>("--from") { Description = $"Only {what} from this time on: ISO 8601 (UTC if no zone is told), Unix seconds, or +seconds from the start.", HelpName = "TIME" };
        _to = new Option<string?>("--to") { Description = $"Only {what} before this time, told as for --from.", HelpName = "TIME" };
        _files.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value is ['-', _, ..]) is { } option)
            {
                result.AddError($"There is no option '{option.Value}'.");
            }

            if (result.Tokens.Count(token => token.Value is "-") > 1)
            {
                result.AddError("- is standard input, which can be read only once.");
            }
        });
    }

    /// <summary>
    /// Arguments behind <c>--</c> are files, whatever they begin with: <c>-x.pcap</c> becomes <c>./-x.pcap</c>, which nobody takes for an option.
    /// </summary>
    public static string[] WithPlainFiles(string[] arguments)
    {
        var end = Array.IndexOf(arguments, EndOfOptions);
        return end < 0 ? arguments : [.. arguments[..end], .. arguments[end..].Select(file => file is ['-', not '-', ..] or ['-', '-', _, ..] ? $"./{file}" : file)];
    }

    public void AddTo(Command command)
    {
        command.Add(_files);
        AddFilterTo(command);
        command.Add(_from);
        command.Add(_to);
        command.Validators.Add(result =>
        {
            if (!TimeRange.TryParse(result.GetValue(_from), result.GetValue(_to), out _, out var error))
            {
                result.AddError(error);
            }
        });
    }

    /// <summary>Operations and PVs alone, for who takes files and times in another way.</summary>
    public void AddFilterTo(Command command)
    {
        command.Add(_operations);
        command.Add(_pvs);
    }

    public IReadOnlyList<string> Files(ParseResult parsed) => parsed.GetRequiredValue(_files);

    public IReadOnlyCollection<Operation> Operations(ParseResult parsed) => [.. (parsed.GetValue(_operations) ?? []).Select(ParseOperation)];

    public PvFilter Pvs(ParseResult parsed) => new([.. (parsed.GetValue(_pvs) ?? []).Select(PvGlob.Parse)]);

    public TimeRange Range(ParseResult parsed)
    {
        _ = TimeRange.TryParse(parsed.GetValue(_from), parsed.GetValue(_to), out var range, out _);
        return range;
    }

    private static Operation ParseOperation(string name)
    {
        _ = OperationNames.TryParse(name, out var operation);
        return operation;
    }
}
