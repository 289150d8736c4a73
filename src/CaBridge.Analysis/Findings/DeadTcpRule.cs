using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Findings;

/// <summary>A server that answers searches and cannot be connected: RST, or nothing, answers the SYN.</summary>
internal sealed class DeadTcpRule(FindingLog log, DiagnosisFacts facts)
{
    private bool _isAnyDead;

    public void Take(in Transaction connect)
    {
        var key = new FindingKey(FindingKind.DeadTcp, Server: connect.Server);
        switch (connect.Outcome)
        {
            case Outcome.Answered:
                if (_isAnyDead && log.Find(key) is { } known)
                {
                    known.IsClosed = true;
                }

                return;
            case Outcome.Failed:
                break;
            case Outcome.Pending or Outcome.TimedOut or Outcome.CircuitClosed
                when connect.Latency is null && connect.EndedAt - connect.RequestedAt >= facts.Options.DeadAfter:
                break;
            default:
                return;
        }

        if (!facts.Served.HasServer(connect.Server))
        {
            return;
        }

        _isAnyDead = true;
        var entry = log.Open(key, connect.RequestedAt, Compose);
        entry.Severity = FindingSeverity.Error;
        entry.AddClient(connect.Client.Host);
        entry.AddFrame(connect.RequestFrame);
        entry.See(connect.EndedAt, connect.ReplyFrame);
        entry.Amount += connect.Outcome == Outcome.Failed ? 1 : 0;
        entry.NoteLongest(connect.EndedAt - connect.RequestedAt);
    }

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts)
    {
        var refused = entry.Amount == entry.Count ? "refused (RST)" : entry.Amount == 0
            ? $"not answered (for {DurationUnit.Text(entry.Longest.Nanoseconds)})" : $"refused ({entry.Amount}) or not answered";
        return new(
            $"{DiagnosisFacts.Servers(entry)} answers searches, but {DiagnosisFacts.Count(entry.Count, "connection")} of {facts.Clients(entry)} {(entry.Count == 1 ? "was" : "were")} {refused}",
            entry.Amount == entry.Count
                ? "The port that the search reply tells is closed: another process answers searches (an old IOC, a name server with stale addresses), or the server has no room for circuits."
                : "TCP does not get through: look for a firewall between the two, a full backlog, or a server that hangs.");
    }
}
