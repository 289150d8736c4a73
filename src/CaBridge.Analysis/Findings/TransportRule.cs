using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Findings;

/// <summary>Where the network, and not the server, made operations slow; and requests that a circuit's version does not know.</summary>
internal sealed class TransportRule(FindingLog log, DiagnosisFacts facts)
{
    private const int LeastRetransmissions = 10;
    private const uint Path = 0;
    private const uint CountOfZero = 1;

    /// <summary>Minor versions from this one on take a count of 0 as "all that there is".</summary>
    private const uint KnowsCountOfZero = 13;

    /// <summary>Takes an operation that took long.</summary>
    public void TakeSlow(in Transaction operation, CircuitWatch watch)
    {
        if (!watch.WasDisturbed(operation.RequestedAt, operation.EndedAt))
        {
            return;
        }

        var entry = Open(operation.Server, operation.Client, operation.RequestedAt);
        entry.AddPv(operation.Pv);
        entry.AddFrame(operation.RequestFrame);
        entry.AddFrame(watch.RetransmissionFrame);
        entry.See(operation.EndedAt, operation.ReplyFrame);
        entry.Amount++;
        entry.NoteLongest(operation.EndedAt - operation.RequestedAt);
    }

    /// <summary>Takes what a circuit's segments have shown so far; once in a while, and at its end.</summary>
    public void TakeSegments(Circuit circuit, CircuitWatch watch)
    {
        var isMany = watch.Retransmissions >= LeastRetransmissions && watch.Retransmissions >= facts.Options.RetransmissionShare * watch.Segments;
        if (watch.Retransmissions == 0 || (!isMany && log.Find(KeyOf(circuit.Server, circuit.Client)) is null))
        {
            return;
        }

        var entry = Open(circuit.Server, circuit.Client, circuit.FirstSeen);
        watch.RetransmissionFrames.ForEach(entry.AddFrame);
        entry.Last = watch.RetransmittedAt > entry.Last ? watch.RetransmittedAt : entry.Last;
        var path = (PathCounts)(entry.Extra ??= new PathCounts());
        path.Segments += watch.Segments;
        path.Retransmissions += watch.Retransmissions;
        entry.Count += watch.Retransmissions;
        watch.Segments = watch.Retransmissions = 0;
    }

    /// <summary>EVENT_ADD with a count of 0.</summary>
    public void TakeCountOfZero(Circuit circuit, PvName? pv, CaptureTime at, long frame)
    {
        if (circuit.ServerMinorVersion is not (> 0 and < KnowsCountOfZero))
        {
            return;
        }

        var entry = log.Open(new FindingKey(FindingKind.Transport, Server: circuit.Server, Client: circuit.Client.Host, Detail: CountOfZero), at, ComposeCountOfZero);
        entry.Amount = circuit.ServerMinorVersion.Value;
        entry.AddPv(pv);
        entry.See(at, frame);
    }

    private static FindingKey KeyOf(Endpoint server, Endpoint client) => new(FindingKind.Transport, Server: server, Client: client.Host, Detail: Path);

    private FindingEntry Open(Endpoint server, Endpoint client, CaptureTime at)
    {
        var entry = log.Open(KeyOf(server, client), at, ComposePath);
        entry.First = at < entry.First ? at : entry.First;
        return entry;
    }

    private static FindingWords ComposePath(FindingEntry entry, DiagnosisFacts facts)
    {
        var path = entry.Extra as PathCounts;
        var sent = path is null ? "" : $"{DiagnosisFacts.Count(path.Retransmissions, "segment")} of {path.Segments:N0} were sent again";
        var slow = entry.Amount == 0 ? "" : $"{DiagnosisFacts.Count(entry.Amount, "operation")} took up to {DurationUnit.Text(entry.Longest.Nanoseconds)} meanwhile";
        return new(
            FormattableString.Invariant($"The network between {facts.Clients(entry)} and {DiagnosisFacts.Servers(entry)} lost or delayed segments: {string.Join("; ", new[] { sent, slow }.Where(part => part.Length > 0))}"),
            "Neither the server nor the client made this delay: look at errors and drops of the switches' ports, at duplex, at load, and at wireless or virtual links on the way.");
    }

    private static FindingWords ComposeCountOfZero(FindingEntry entry, DiagnosisFacts facts) => new(
        $"{facts.Clients(entry)} subscribed to {DiagnosisFacts.Pvs(entry)} with count 0 at {DiagnosisFacts.Servers(entry)}, whose version 4.{entry.Amount} does not know it",
        "Before version 4.13 a count of 0 is not \"all elements\": ask for a number of elements, or update the server.");

    private sealed class PathCounts
    {
        public long Segments { get; set; }

        public long Retransmissions { get; set; }
    }
}
