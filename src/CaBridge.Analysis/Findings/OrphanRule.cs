using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Findings;

/// <summary>
/// A name that a client searches again and again without reply. libca doubles the time between tries: the recording may end, or the reader look,
/// before the next one, so what the client has decided to wait counts, too.
/// </summary>
internal sealed class OrphanRule(FindingLog log, DiagnosisFacts facts)
{
    /// <summary>Takes a try.</summary>
    public void TakeTry(in SearchStep step, Endpoint client, CaptureTime at, long frame)
    {
        if (step.IsAnswered || step.Tries < facts.Options.OrphanTries)
        {
            return;
        }

        var pause = CaptureDuration.NotNegative(at - step.PreviousTryAt);
        if (at + pause + pause - step.FirstAt < facts.Options.OrphanAfter)
        {
            return;
        }

        var key = KeyOf(step.Name, client);
        var isNew = log.Find(key) is null;
        var entry = log.Open(key, step.FirstAt, Compose);
        if (entry is { IsClosed: true, IsOfOthers: false })
        {
            // searched again, after it had been found
            (entry.First, entry.Extra) = (step.FirstAt, null);
        }

        entry.Confidence = at - entry.First >= facts.Options.OrphanAfter ? FindingConfidence.High : FindingConfidence.Medium;
        entry.AddClient(client.Host);
        entry.AddPv(step.Name);
        entry.AddFrame(step.FirstFrame);
        entry.See(at, frame, isNew && !entry.IsOfOthers ? step.Tries : 1);
    }

    /// <summary>Takes the first reply.</summary>
    public void TakeReply(in SearchStep step, Endpoint client, Endpoint server, CaptureTime at)
    {
        var key = KeyOf(step.Name, client);
        if (step.Tries < facts.Options.OrphanTries || log.Find(key) is not { } entry)
        {
            return;
        }

        if (at - entry.First < facts.Options.OrphanAfter && entry.Extra is null)
        {
            log.Remove(key);
            return;
        }

        entry.IsClosed = true;
        entry.Extra = (Server: server, At: at);
    }

    private static FindingKey KeyOf(PvName name, Endpoint client) => new(FindingKind.OrphanSearch, name, Client: client.Host);

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts)
    {
        var searched = $"{facts.Clients(entry)} searched {DiagnosisFacts.Pvs(entry)} {DiagnosisFacts.Count(entry.Count, "time")} in {DurationUnit.Span((entry.Last - entry.First).Nanoseconds)}";
        if (!facts.SeesSearchReplies)
        {
            return new(
                $"{searched}; whether anybody answered cannot be told from here: the sensor sees no reply to any search",
                "Capture where the replies pass, too: they go from the server's host straight to the client's. A SPAN port, or the client itself, sees both ways.",
                Severity: FindingSeverity.Info,
                Confidence: FindingConfidence.Low);
        }

        if (entry.Extra is (Endpoint server, CaptureTime at))
        {
            return new(
                $"{searched} until {server} answered after {DurationUnit.Span((at - entry.First).Nanoseconds)}",
                "Find out why the server was not there, or did not hear the client, before.");
        }

        return entry.Key.Pv is { } pv && facts.Served.Of(pv) is { } other
            ? new(
                $"{searched}, and nobody answered; {other} has served the name at another time or for others",
                "See whether that server still runs, and whether the client's searches reach it: EPICS_CA_ADDR_LIST, the broadcast address, firewalls.")
            : new(
                $"{searched}, and nobody answered",
                "No server has this name: correct it in the client, or start the IOC that has it. libca never stops searching; each name costs every server a look-up.");
    }
}
