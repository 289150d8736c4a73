using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Cli.Commands;

/// <summary>Which messages are wanted; each condition that is set must hold.</summary>
internal sealed class MessageFilter
{
    private readonly PvGlob? _pv;
    private readonly TimeRange _range;
    private readonly bool[]? _commands;

    /// <param name="pv">Null for any message, also those about no PV.</param>
    /// <param name="commands">Names that <see cref="TryParseCommand"/> takes; none for all.</param>
    public MessageFilter(PvGlob? pv, IReadOnlyCollection<string> commands, TimeRange range)
    {
        _pv = pv;
        _range = range;
        _commands = commands.Count == 0 ? null : new bool[CaCommandNames.Count];
        foreach (var name in commands)
        {
            if (_commands is not null && TryParseCommand(name, out var command))
            {
                _commands[(int)command] = true;
            }
        }
    }

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
        (_commands is null || ((int)message.Header.Command < _commands.Length && _commands[(int)message.Header.Command]))
        && _range.Contains(message.Time, start)
        && (_pv is null || (message.Pv is { } pv && _pv.IsMatch(pv.Text)));
}
