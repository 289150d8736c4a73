using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Findings;

/// <summary>Circuits of which an end is silent: an ECHO without reply in time, or segments sent again and again that nobody acknowledges.</summary>
internal sealed class UnresponsiveRule(FindingLog log, DiagnosisFacts facts)
{
    private const int LeastRetransmissions = 3;
    private const uint Echo = 0;
    private const uint HalfOpen = 1;

    public void TakeEcho(in Transaction echo)
    {
        var waited = echo.EndedAt - echo.RequestedAt;
        var key = new FindingKey(FindingKind.UnresponsiveCircuit, Server: echo.Server, Client: echo.Client.Host, Detail: Echo);
        if (waited < facts.Options.EchoTimeout || echo.Outcome is Outcome.LostInGap or Outcome.NoRequest)
        {
            if (echo.Outcome == Outcome.Answered && log.Find(key) is { } known)
            {
                known.IsClosed = true;
            }

            return;
        }

        var entry = log.Open(key, echo.RequestedAt, ComposeEcho);
        entry.Severity = FindingSeverity.Error;
        entry.AddFrame(echo.RequestFrame);
        entry.See(echo.EndedAt, echo.ReplyFrame);
        entry.NoteLongest(waited);
        entry.Amount += echo.Latency is null ? 1 : 0;
        entry.IsClosed = echo.Latency is not null;
    }

    /// <summary>Segments of one side were sent again, and nothing was heard of the other side since.</summary>
    public void TakeUnheard(Circuit circuit, CircuitWatch watch, CaptureTime at, long frame)
    {
        var hasHeardOther = (watch.HeardSides & (1 << (1 - watch.UnheardSide))) != 0;
        if (!hasHeardOther || watch.UnheardRetransmissions < LeastRetransmissions || at - watch.UnheardSince < facts.Options.EchoTimeout)
        {
            return;
        }

        var silent = circuit.SenderOf(1 - watch.UnheardSide);
        var entry = log.Open(
            new FindingKey(FindingKind.UnresponsiveCircuit, Server: circuit.Server, Client: circuit.Client.Host, Detail: HalfOpen), watch.UnheardSince, ComposeHalfOpen);
        entry.Severity = FindingSeverity.Error;
        entry.Extra = silent == Sender.Client ? Sender.Client : Sender.Server;
        entry.See(at, frame, watch.UnheardRetransmissions == LeastRetransmissions || entry.Count == 0 ? watch.UnheardRetransmissions : 1);
        entry.NoteLongest(at - watch.UnheardSince);
    }

    private static FindingWords ComposeEcho(FindingEntry entry, DiagnosisFacts facts)
    {
        var late = entry.Amount == 0 ? $"answered an ECHO of {facts.Clients(entry)} only after {DurationUnit.Text(entry.Longest.Nanoseconds)}"
            : $"did not answer {DiagnosisFacts.Count(entry.Amount, "ECHO", "ECHOs")} of {facts.Clients(entry)} (waited {DurationUnit.Text(entry.Longest.Nanoseconds)})";
        return new(
            $"{DiagnosisFacts.Servers(entry)} {late}: the client takes the circuit for unresponsive",
            "The server's host is up or TCP would fail, its CA threads are not: look for an IOC that is out of CPU, of file descriptors or of memory, or suspended in a debugger.");
    }

    private static FindingWords ComposeHalfOpen(FindingEntry entry, DiagnosisFacts facts)
    {
        var isClient = entry.Extra is Sender.Client;
        return new(
            $"{(isClient ? facts.Clients(entry) : DiagnosisFacts.Servers(entry))} acknowledges nothing of {(isClient ? DiagnosisFacts.Servers(entry) : facts.Clients(entry))} any more: {DiagnosisFacts.Count(entry.Count, "segment")} sent again in {DurationUnit.Text(entry.Longest.Nanoseconds)}, the circuit is half open",
            "That host is down, was cut off, or rebooted and has forgotten the connection: look at its power, its cable, and at firewalls that forget idle connections.");
    }
}
