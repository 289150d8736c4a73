using System.Globalization;
using CaBridge.Agent;

namespace CaBridge.Cli.Live;

/// <summary>Tells on standard error how the agent fares: a line that is kept current on a terminal, changes only elsewhere.</summary>
internal sealed class AgentStatus(string sensor, Spool spool, AgentSession session)
{
    private readonly bool _isTerminal = !Console.IsErrorRedirected;

    public void Tell(ServerLink link) => Console.Error.WriteLine(link.IsConnected
        ? $"{Clear}cabridge: sensor {sensor} is connected"
        : $"{Clear}cabridge: the server is away, what is captured waits: {link.Problem}");

    public void Show(long frames, long dropped)
    {
        if (_isTerminal)
        {
            Console.Error.Write(Clear + Line(frames, dropped));
        }
    }

    public void ShowLast(long frames, long dropped) => Console.Error.WriteLine($"{Clear}cabridge: {Line(frames, dropped)}");

    private string Clear => _isTerminal ? "\r\u001b[K" : "";

    private string Line(long frames, long dropped)
    {
        var (count, memory, disk) = spool.Held;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{frames:N0} captured, {session.SentPackets:N0} to send, {dropped:N0} dropped by the kernel, {spool.DroppedPackets:N0} by the spool; {count:N0} batches wait ({(memory + disk) / 1e6:F1} MB)");
    }
}
