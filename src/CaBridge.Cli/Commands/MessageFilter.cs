using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Commands;

/// <summary>Which messages are wanted; each condition that is set must hold.</summary>
internal sealed class MessageFilter
{
    private readonly PvFilter _pvs;
    private readonly TimeRange _range;
    private readonly bool _everyCommand;
    private readonly bool[] _commands = new bool[CaCommandNames.Count];

    /// <summary>Those whose failures are wanted too, also where an ERROR tells them.</summary>
    private readonly bool[] _requests = new bool[CaCommandNames.Count];

    /// <param name="commands">Names that <see cref="TryParseCommand"/> takes.</param>
    /// <param name="operations">Of <see cref="OperationsWithMessages"/>: their commands, beside those named. None of both for all.</param>
    public MessageFilter(PvFilter pvs, IReadOnlyCollection<string> commands, IReadOnlyCollection<Operation> operations, TimeRange range)
    {
        _pvs = pvs;
        _range = range;
        _everyCommand = commands.Count == 0 && operations.Count == 0;
        foreach (var name in commands)
        {
            if (TryParseCommand(name, out var command))
            {
                _commands[(int)command] = true;
            }
        }

        foreach (var command in operations.SelectMany(CommandsOf))
        {
            _commands[(int)command] = _requests[(int)command] = true;
        }
    }

    /// <summary>A connection is made by TCP, without a message.</summary>
    public static IReadOnlyList<string> OperationsWithMessages { get; } =
        [.. OperationNames.All.Where(name => OperationNames.TryParse(name, out var operation) && CommandsOf(operation).Length > 0)];

    /// <param name="name"><c>READ_NOTIFY</c> in any case, with or without <c>CA_PROTO_</c>, or the code.</param>
    public static bool TryParseCommand(string name, out CaCommand command)
    {
        const string prefix = "CA_PROTO_";
        var bare = name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? name[prefix.Length..] : name;
        for (command = CaCommand.Version; (int)command < CaCommandNames.Count; command++)
        {
            if (string.Equals(command.Name(), bare, StringComparison.OrdinalIgnoreCase)
                || string.Equals(((int)command).ToString(CultureInfo.InvariantCulture), bare, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="start">The time of the first frame.</param>
    public bool Takes(in DecodedMessage message, CaptureTime start) =>
        (_everyCommand || TakesCommand(message)) && _range.Contains(message.Time, start) && _pvs.Matches(message.Pv);

    private static CaCommand[] CommandsOf(Operation operation) => operation switch
    {
        Operation.Search => [CaCommand.Search, CaCommand.NotFound],
        Operation.Create => [CaCommand.CreateChan, CaCommand.CreateChFail],
        Operation.Get => [CaCommand.ReadNotify],
        Operation.Put => [CaCommand.WriteNotify],
        Operation.Subscribe => [CaCommand.EventAdd],
        Operation.Echo => [CaCommand.Echo, CaCommand.ReadSync],
        Operation.Clear => [CaCommand.ClearChannel],
        Operation.Read => [CaCommand.Read],
        _ => [],
    };

    private bool TakesCommand(in DecodedMessage message)
    {
        var command = message.Header.Command;
        return Has(_commands, command)
            || (command == CaCommand.Error && ErrorPayload.TryRead(message.Payload, out var error) && Has(_requests, error.Request.Command));
    }

    private static bool Has(bool[] commands, CaCommand command) => (int)command < commands.Length && commands[(int)command];
}
