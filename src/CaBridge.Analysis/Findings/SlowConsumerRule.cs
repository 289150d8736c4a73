using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Text;

namespace CaBridge.Analysis.Findings;

/// <summary>A client that does not take its updates in time: it closes its receive window, or switches events off. Servers overwrite what is queued, silently.</summary>
internal sealed class SlowConsumerRule(FindingLog log, DiagnosisFacts facts)
{
    /// <summary>The client's window has opened again, or its circuit has ended.</summary>
    public void TakeClosedWindow(Circuit circuit, CaptureTime since, CaptureTime until, long frame, long lastFrame)
    {
        if (until - since < facts.Options.ZeroWindow)
        {
            return;
        }

        var entry = Open(circuit, since);
        entry.Amount++;
        Note(entry, since, until, frame, lastFrame);
    }

    /// <summary>Events are on again, or the circuit has ended.</summary>
    public void TakeEventsOff(Circuit circuit, CaptureTime since, CaptureTime until, long frame, long lastFrame)
    {
        if (until - since >= facts.Options.EventsOff)
        {
            Note(Open(circuit, since), since, until, frame, lastFrame);
        }
    }

    private static void Note(FindingEntry entry, CaptureTime since, CaptureTime until, long frame, long lastFrame)
    {
        entry.First = since < entry.First ? since : entry.First;
        entry.AddFrame(frame);
        entry.See(until, lastFrame);
        entry.NoteLongest(until - since);
        entry.IsClosed = true;
    }

    private FindingEntry Open(Circuit circuit, CaptureTime at) =>
        log.Open(new FindingKey(FindingKind.SlowConsumer, Server: circuit.Server, Client: circuit.Client), at, Compose);

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts)
    {
        var closed = entry.Amount;
        var off = entry.Count - closed;
        var how = off == 0 ? $"its receive window was closed {DiagnosisFacts.Count(closed, "time")}, for up to {DurationUnit.Text(entry.Longest.Nanoseconds)}"
            : closed == 0 ? $"it switched events off {DiagnosisFacts.Count(off, "time")}, for up to {DurationUnit.Text(entry.Longest.Nanoseconds)}"
            : $"its receive window was closed {DiagnosisFacts.Count(closed, "time")}, events were off {DiagnosisFacts.Count(off, "time")}, for up to {DurationUnit.Text(entry.Longest.Nanoseconds)}";
        return new(
            $"{facts.Clients(entry)} does not keep up with {DiagnosisFacts.Servers(entry)}: {how}",
            "The client has missed updates: the server overwrites what waits. Give the client's callbacks less to do, subscribe to less, or slow the records' updates (MDEL, deadbands).");
    }
}
