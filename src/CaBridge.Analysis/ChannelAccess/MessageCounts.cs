using CaBridge.Analysis.State;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Counts messages by transport, sender and command.</summary>
internal sealed class MessageCounts
{
    private const int Senders = (int)Sender.Server + 1;

    private readonly long[] _counts = new long[2 * Senders * CaCommandNames.Count];

    public void Add(Transport transport, Sender sender, CaCommand command) =>
        _counts[((((int)transport * Senders) + (int)sender) * CaCommandNames.Count) + (int)command]++;

    /// <summary>The kinds that were seen: TCP before UDP, then by sender and code.</summary>
    public IReadOnlyList<MessageCount> Snapshot()
    {
        var counts = new List<MessageCount>();
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0)
            {
                var (kind, command) = Math.DivRem(i, CaCommandNames.Count);
                counts.Add(new MessageCount((Transport)(kind / Senders), (Sender)(kind % Senders), (CaCommand)command, _counts[i]));
            }
        }

        return counts;
    }

    public void Keep(StateArchive archive) => archive.Values<long>(_counts);
}
