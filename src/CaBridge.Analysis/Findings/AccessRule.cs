using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Findings;

/// <summary>What access security refuses: rights that a channel does not have or loses, and requests that are refused for want of them. One for each server.</summary>
internal sealed class AccessRule(FindingLog log)
{
    /// <summary>ECA_NORDACCESS, ECA_NOWTACCESS, <c>caerr.h</c>.</summary>
    private const uint NoReadAccess = 0x170;
    private const uint NoWriteAccess = 0x178;

    private const uint Read = 1;
    private const uint Write = 2;

    /// <summary>What is told apart of one server.</summary>
    private enum Denial : uint
    {
        RefusedReads,
        RefusedWrites,
        LostRead,
        LostWrite,
        NoRead,
        NoWrite,
    }

    public static bool IsRefusal(uint status) => status is NoReadAccess or NoWriteAccess;

    public void TakeRefusal(Circuit circuit, uint status, PvName? pv, CaptureTime at, long frame) =>
        Note(circuit, status == NoReadAccess ? Denial.RefusedReads : Denial.RefusedWrites, FindingSeverity.Error, pv, at, frame);

    /// <param name="before">Null where the channel is being created.</param>
    public void TakeRights(Circuit circuit, uint rights, uint? before, PvName? pv, CaptureTime at, long frame)
    {
        if (before is { } had)
        {
            var lost = had & ~rights;
            if ((lost & Read) != 0)
            {
                Note(circuit, Denial.LostRead, FindingSeverity.Warning, pv, at, frame);
            }

            if ((lost & Write) != 0)
            {
                Note(circuit, Denial.LostWrite, FindingSeverity.Warning, pv, at, frame);
            }
        }
        else if ((rights & Read) == 0)
        {
            Note(circuit, Denial.NoRead, FindingSeverity.Warning, pv, at, frame);
        }
        else if ((rights & Write) == 0)
        {
            Note(circuit, Denial.NoWrite, FindingSeverity.Info, pv, at, frame);
        }
    }

    private void Note(Circuit circuit, Denial denial, FindingSeverity severity, PvName? pv, CaptureTime at, long frame)
    {
        var entry = log.Open(new FindingKey(FindingKind.AccessDenied, Server: circuit.Server, Detail: (uint)denial), at, Compose);
        entry.Severity = severity;
        entry.AddPv(pv);
        entry.AddClient(circuit.Client.Host);
        entry.See(at, frame);
    }

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts)
    {
        var server = DiagnosisFacts.Servers(entry);
        var pvs = entry.PvCount == 0 ? "channels whose names are unknown here" : DiagnosisFacts.Pvs(entry);
        var clients = facts.Clients(entry);
        var title = (Denial)entry.Key.Detail switch
        {
            Denial.RefusedReads => $"{server} refused {DiagnosisFacts.Count(entry.Count, "read")} of {pvs} by {clients} (ECA_NORDACCESS)",
            Denial.RefusedWrites => $"{server} refused {DiagnosisFacts.Count(entry.Count, "write")} of {pvs} by {clients} (ECA_NOWTACCESS)",
            Denial.LostRead => $"{server} took the right to read {pvs} from {clients} while connected",
            Denial.LostWrite => $"{server} took the right to write {pvs} from {clients} while connected",
            Denial.NoRead => $"{server} lets {clients} not read {pvs}",
            _ => $"{server} lets {clients} read {pvs}, and not write",
        };
        return new(title, "If it is not meant so: see the server's access security file (asSetFilename), the ASG of the records, and the user and host that the client tells.");
    }
}
