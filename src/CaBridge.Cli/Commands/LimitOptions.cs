using System.CommandLine;
using CaBridge.Analysis;

namespace CaBridge.Cli.Commands;

/// <summary>The options that become <see cref="AnalyzerOptions"/> of every command: what it may hold, which decides also which PV a message is about.</summary>
internal sealed class LimitOptions
{
    private static readonly AnalyzerOptions Defaults = new();

    private readonly Option<bool> _resumeAfterCut = new("--resume-after-cut")
    {
        Description = "Go on decoding behind what the snap length cut; ids may then be wrong.",
    };

    private readonly Option<int> _circuits = NumberOption.Whole("--max-circuits", "TCP connections held.", Defaults.MaxCircuits);
    private readonly Option<int> _channels = NumberOption.Whole("--max-channels", "Channels held.", Defaults.MaxChannels);
    private readonly Option<int> _pending = NumberOption.Whole("--max-pending", "Unanswered requests held.", Defaults.MaxPending);
    private readonly Option<int> _subscriptions = NumberOption.Whole("--max-subscriptions", "Subscriptions held.", Defaults.MaxSubscriptions);
    private readonly Option<int> _searches = NumberOption.Whole("--max-searches", "Searches held.", Defaults.MaxSearches);
    private readonly Option<int> _names = NumberOption.Whole("--max-names", "PV names held.", Defaults.MaxNames);
    private readonly Option<int> _fragments = NumberOption.Whole("--max-fragmented", "Datagrams whose IP fragments are awaited.", Defaults.MaxFragmentedDatagrams);
    private readonly Option<int> _outOfOrder = NumberOption.Whole(
        "--max-out-of-order", "Bytes of each TCP direction held behind a missing segment.", Defaults.MaxOutOfOrderBytes, unit: "BYTES");

    private readonly Option<int> _held = NumberOption.Whole(
        "--max-out-of-order-memory", "Bytes of all TCP connections held behind missing segments.", Defaults.MaxOutOfOrderMemoryBytes, unit: "BYTES");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_resumeAfterCut, _circuits, _channels, _pending, _subscriptions, _searches, _names, _fragments, _outOfOrder, _held])
        {
            command.Add(option);
        }
    }

    public AnalyzerOptions Read(ParseResult parsed) => Defaults with
    {
        ResumeAfterSnapLengthCut = parsed.GetValue(_resumeAfterCut),
        MaxCircuits = parsed.GetValue(_circuits),
        MaxChannels = parsed.GetValue(_channels),
        MaxPending = parsed.GetValue(_pending),
        MaxSubscriptions = parsed.GetValue(_subscriptions),
        MaxSearches = parsed.GetValue(_searches),
        MaxNames = parsed.GetValue(_names),
        MaxFragmentedDatagrams = parsed.GetValue(_fragments),
        MaxOutOfOrderBytes = parsed.GetValue(_outOfOrder),
        MaxOutOfOrderMemoryBytes = parsed.GetValue(_held),
    };
}
