using System.Globalization;
using CaBridge.Agent;

namespace CaBridge.Cli.Live;

/// <summary>Tells on standard error how the agent fares: a line that is kept current on a terminal, changes only elsewhere.</summary>
internal sealed class AgentStatus(string sensor, CaptureSender sender)
{
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private long _dropped;
    private bool _isLossTold;

    public void Tell(ServerLink link) => Tell(link.IsConnected
        ? $"sensor {sensor} is connected"
        : $"the server is away, what is captured waits: {link.Problem}");

    /// <summary>To be called about once a second.</summary>
    public void Show(long dropped)
    {
        TellLoss();
        if (_isTerminal)
        {
            Console.Error.Write(Clear + Line(dropped));
        }
    }

    public void ShowLast(long dropped)
    {
        TellLoss();
        Tell(Line(dropped));
    }

    private string Clear => _isTerminal ? "\r\u001b[K" : "";

    private void Tell(string sentence)
    {
        Console.Error.Write(Clear);
        Complaint.Tell(sentence);
    }

    /// <summary>When the first packets go; again when more go after the server had all that waited.</summary>
    private void TellLoss()
    {
        if (sender.Spool.DroppedPackets > _dropped && !_isLossTold)
        {
            _isLossTold = true;
            Tell($"the oldest packets are discarded: {sender.Spool.DropCause ?? "what waits has its full size (--spool-size)"}");
        }

        _dropped = sender.Spool.DroppedPackets;
        _isLossTold &= sender.Spool.Held.Count > 0;
    }

    private string Line(long dropped)
    {
        var (count, memory, disk) = sender.Spool.Held;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sender.Tally.Frames:N0} captured, {sender.Session.SentPackets:N0} to send, {dropped:N0} dropped by the kernel, {sender.Spool.DroppedPackets:N0} by the spool; {count:N0} batches wait ({(memory + disk) / 1e6:F1} MB)");
    }
}
