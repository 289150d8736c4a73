using System.Runtime.InteropServices;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Text;

namespace CaBridge.Analysis.Findings;

/// <summary>
/// A second WRITE_NOTIFY on a channel while one waits: rsrv takes nothing more of the circuit until the first is done, 60 s at most, and refuses the second
/// then (ECA_PUTCBINPROG).
/// </summary>
internal sealed class HeadOfLineRule(FindingLog log)
{
    /// <summary>ECA_PUTCBINPROG, <c>caerr.h</c>.</summary>
    public const uint InProgress = 0x16a;

    private const int MaxPuts = 4096;

    /// <summary>Of all circuits, the channels of which a second put waits.</summary>
    public int BlockedQueues { get; private set; }

    public void TakePut(Circuit circuit, CircuitWatch watch, uint sid, uint ioid, PvName? pv, CaptureTime at, long frame)
    {
        if (watch.Puts.Count >= MaxPuts || !watch.Puts.TryAdd(ioid, sid))
        {
            return;
        }

        ref var queue = ref CollectionsMarshal.GetValueRefOrAddDefault(watch.PutQueues, sid, out _);
        if (++queue.Waiting < 2)
        {
            return;
        }

        if (queue.Waiting == 2)
        {
            queue.BlockedSince = at;
            queue.Behind = 0;
            watch.BlockedQueues++;
            BlockedQueues++;
        }

        var entry = Open(circuit, pv, at);
        entry.Severity = FindingSeverity.Warning;
        entry.See(at, frame);
    }

    /// <summary>Anything that the client asks.</summary>
    public static void TakeRequest(CircuitWatch watch)
    {
        foreach (var sid in watch.PutQueues.Keys)
        {
            ref var queue = ref CollectionsMarshal.GetValueRefOrNullRef(watch.PutQueues, sid);
            queue.Behind += queue.Waiting > 1 ? 1 : 0;
        }
    }

    public void TakeReply(Circuit circuit, CircuitWatch watch, uint ioid, uint status, PvName? pv, CaptureTime at, long frame)
    {
        if (!watch.Puts.Remove(ioid, out var sid))
        {
            return;
        }

        ref var queue = ref CollectionsMarshal.GetValueRefOrAddDefault(watch.PutQueues, sid, out _);
        queue.Waiting--;
        if (queue.Waiting >= 1 || status == InProgress)
        {
            var entry = Open(circuit, pv, at);
            entry.NoteLongest(queue.BlockedSince == default ? default : at - queue.BlockedSince);
            entry.See(at, frame, entry.Count == 0 ? 1 : 0);
            entry.Last = at;
            entry.Amount += queue.Behind;
            queue.Behind = 0;
            entry.Extra ??= status == InProgress ? (object)InProgress : null;
            entry.IsClosed = queue.Waiting < 2;
        }

        if (queue.Waiting == 1)
        {
            watch.BlockedQueues--;
            BlockedQueues--;
        }

        if (queue.Waiting <= 0)
        {
            watch.PutQueues.Remove(sid);
        }
    }

    /// <summary>Replies may have been missed, or channels have ended: nothing is known of what waits.</summary>
    public void Forget(CircuitWatch watch)
    {
        BlockedQueues -= watch.BlockedQueues;
        watch.BlockedQueues = 0;
        watch.Puts.Clear();
        watch.PutQueues.Clear();
    }

    /// <summary>The circuit is over, or the recording: what is blocked has been so until now.</summary>
    public void Complete(Circuit circuit, CircuitWatch watch, CaptureTime now)
    {
        BlockedQueues -= watch.BlockedQueues;
        foreach (var (sid, queue) in watch.PutQueues)
        {
            if (queue.Waiting > 1)
            {
                var entry = Open(circuit, circuit.Operations?.PvOfSid(sid), now);
                entry.NoteLongest(now - queue.BlockedSince);
                entry.Amount += queue.Behind;
                entry.Last = now;
            }
        }
    }

    private FindingEntry Open(Circuit circuit, PvName? pv, CaptureTime at) =>
        log.Open(new FindingKey(FindingKind.HeadOfLine, pv, circuit.Server, circuit.Client.Host), at, Compose);

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts)
    {
        var behind = entry.Amount == 0 ? "nothing else was asked meanwhile" : $"{DiagnosisFacts.Count(entry.Amount, "further request")} of the circuit waited behind";
        return new(
            $"{facts.Clients(entry)} put {DiagnosisFacts.Name(entry.Key.Pv)} again before {DiagnosisFacts.Servers(entry)} had finished the put before, {DiagnosisFacts.Count(entry.Count, "time")}: the circuit stood for up to {DurationUnit.Text(entry.Longest.Nanoseconds)}, {behind}",
            "The server takes no request of this circuit until the first put has called back, for 60 s at most. Wait for each callback in the client, or put without one.",
            entry.Extra is null ? null : ["The server gave up waiting and refused the second put with ECA_PUTCBINPROG."]);
    }
}
