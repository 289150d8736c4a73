using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Findings;

/// <summary>
/// Watches what an <see cref="Analyzer"/> sees and gathers findings: each rule in a class of its own, which takes what concerns it and notes it in one log.
/// </summary>
internal sealed partial class Diagnosis
{
    private const int LateSeconds = 60;

    /// <summary>All servers and circuits are walked over so often.</summary>
    private const int WalkSeconds = 15;

    private readonly DiagnosisOptions _options;
    private readonly DiagnosisFacts _facts;
    private readonly FindingLog _log;
    private readonly BeaconTable _beacons;
    private readonly DuplicateRule _duplicates;
    private readonly OrphanRule _orphans;
    private readonly StormRule _storms;
    private readonly DeadTcpRule _dead;
    private readonly SlowCreateRule _slowCreates;
    private readonly SkippedRule _skipped;
    private readonly HeadOfLineRule _headOfLine;
    private readonly UnresponsiveRule _unresponsive;
    private readonly SlowConsumerRule _slowConsumers;
    private readonly BeaconRule _beaconRule;
    private readonly RestartRule _restarts;
    private readonly AccessRule _access;
    private readonly ErrorRule _errors;
    private readonly TransportRule _transport;
    private readonly List<CircuitWatch?> _watches = [];
    private readonly Stack<CircuitWatch> _free = new();
    private long? _tickedSecond;

    /// <summary>When the transport of any circuit was disturbed last.</summary>
    private CaptureTime _disturbedAt = new(long.MinValue);
    private long? _walked;

    public Diagnosis(DiagnosisOptions options)
    {
        _options = options;
        _facts = new DiagnosisFacts(options);
        _log = new FindingLog(options);
        _beacons = new BeaconTable(options.MaxHosts);
        _duplicates = new DuplicateRule(_log, _facts, _beacons);
        _orphans = new OrphanRule(_log, _facts);
        _storms = new StormRule(_log, _facts);
        _dead = new DeadTcpRule(_log, _facts);
        _slowCreates = new SlowCreateRule(_log, _facts);
        _skipped = new SkippedRule(_log);
        _headOfLine = new HeadOfLineRule(_log);
        _unresponsive = new UnresponsiveRule(_log, _facts);
        _slowConsumers = new SlowConsumerRule(_log, _facts);
        _restarts = new RestartRule(_log, _facts, _beacons);
        _beaconRule = new BeaconRule(_log, _facts, _beacons, _storms, _restarts);
        _access = new AccessRule(_log);
        _errors = new ErrorRule(_log, _access);
        _transport = new TransportRule(_log, _facts);
    }

    /// <summary>What has been found so far, that which matters most first.</summary>
    public IReadOnlyList<Finding> Findings(CaptureTime now) => [.. Describe(_log.Entries, now).Order(FindingOrder.MostImportantFirst)];

    /// <summary>Entries that were ever opened: rises where there is a new finding.</summary>
    public long Opened => _log.Opened;

    /// <summary>Those that were opened after there were so many, in the order in which they were.</summary>
    public IReadOnlyList<Finding> OpenedAfter(long opened, CaptureTime now) => [.. Describe(_log.Entries.Where(entry => entry.Number > opened), now)];

    /// <summary>A step of a search over UDP.</summary>
    public void TakeSearch(in SearchStep step, Endpoint client, CaptureTime at, long frame)
    {
        if (step.Kind == SearchSightingKind.Try)
        {
            _storms.TakeTry(step.Name, client, at, frame);
            _orphans.TakeTry(step, client, at, frame);
        }
    }

    public void TakeSearchReply(in SearchStep step, Endpoint client, Endpoint server, CaptureTime at, long frame)
    {
        _facts.SeesSearchReplies = true;
        _facts.Served.Add(step.Name, server);
        if (step.IsAnswered)
        {
            _duplicates.Take(step, client, server, at, frame);
        }
        else
        {
            _orphans.TakeReply(step, client, server, at);
            if (step.Tries == 1)
            {
                _storms.TakeAnswered(at);
            }
        }
    }

    /// <param name="address">As the beacon has it: 0 for its sender's own; a repeater that passes it on fills it in.</param>
    public void TakeBeacon(Endpoint server, Endpoint source, uint address, uint id, CaptureTime at, long frame) =>
        _beaconRule.Take(server, address == 0 || server.IsAtHostOf(source) ? source.Port : (ushort)0, id, at, frame);

    /// <summary>Whether a message is to be taken: most requests, updates and values tell nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Concerns(Sender sender, in CaHeader header) => header.Command switch
    {
        CaCommand.EventAdd => sender == Sender.Server ? header.Parameter1 != EcaStatus.Normal : header.DataCount == 0 || _headOfLine.BlockedQueues > 0,
        CaCommand.ReadNotify => sender == Sender.Server ? header.Parameter1 != EcaStatus.Normal : _headOfLine.BlockedQueues > 0,
        CaCommand.Write => _headOfLine.BlockedQueues > 0,
        _ => true,
    };

    /// <summary>A message of a circuit whose sender is known.</summary>
    public void TakeMessage(Circuit circuit, Sender sender, in CaHeader header, ReadOnlySpan<byte> payload, PvName? pv, CaptureTime at, long frame)
    {
        if (sender == Sender.Server)
        {
            TakeFromServer(circuit, header, payload, pv, at, frame);
        }
        else if (WatchOf(circuit) is { } watch)
        {
            TakeFromClient(circuit, watch, header, pv, at, frame);
        }
    }

    /// <summary>ACCESS_RIGHTS, to be called before the circuit takes it.</summary>
    public void TakeRights(Circuit circuit, in CaHeader header, CaptureTime at, long frame)
    {
        var operations = circuit.Operations!;
        ref var channel = ref operations.ByCid.Find(header.Parameter1);
        var isKnown = !Unsafe.IsNullRef(ref channel);
        _access.TakeRights(
            circuit, header.Parameter2, isKnown && !channel.CreatePending ? channel.Rights : null, isKnown ? channel.Pv : null, at, frame);
    }

    /// <summary>Whether an operation on a circuit may have been slow because its transport was disturbed: then its circuit tells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayBeDisturbed(in Transaction transaction) =>
        transaction.Latency is { } latency && latency >= _options.SlowOperation && transaction.RequestedAt <= _disturbedAt;

    /// <summary>Whether an operation is to be taken: most tell nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Concerns(in Transaction transaction) =>
        transaction.Operation is Operation.Connect or Operation.Create or Operation.Echo || transaction.IsSkipped || MayBeDisturbed(transaction);

    /// <summary>An operation has ended.</summary>
    /// <param name="circuit">Null where it is not wanted (<see cref="MayBeDisturbed"/>), and for those that have none.</param>
    public void Take(in Transaction transaction, Circuit? circuit)
    {
        switch (transaction.Operation)
        {
            case Operation.Connect:
                _dead.Take(transaction);
                break;
            case Operation.Create:
                _slowCreates.Take(transaction);
                break;
            case Operation.Echo:
                _unresponsive.TakeEcho(transaction);
                break;
        }

        if (transaction.IsSkipped)
        {
            _skipped.Take(transaction);
        }

        if (circuit is not null && transaction.Latency is { } latency && latency - (transaction.Network ?? default) >= _options.SlowOperation
            && WatchOf(circuit) is { } watch)
        {
            _transport.TakeSlow(transaction, watch);
        }
    }

    /// <summary>Bytes of a circuit are missing.</summary>
    public void TakeGap(Circuit circuit, CaptureTime at)
    {
        _facts.Gaps.Add(at);
        if (WatchOf(circuit) is { } watch)
        {
            _headOfLine.Forget(watch);
        }
    }

    /// <summary>At the first packet of each second, whichever packet the capture begins with: who sees less of the network finds the same.</summary>
    /// <remarks>Packets that come late make it no earlier; a clock that was set back does.</remarks>
    public bool IsDue(CaptureTime now) => _tickedSecond is not { } ticked || SecondOf(now) > ticked || SecondOf(now) < ticked - LateSeconds;

    /// <summary>Judges what time alone decides; once a second of capture time, and at the end.</summary>
    /// <param name="open">The circuits that are open.</param>
    /// <param name="isLast">Whether the recording ends here.</param>
    public void AdvanceTo(CaptureTime now, Circuit? open, bool isLast = false)
    {
        _tickedSecond = SecondOf(now);
        _storms.AdvanceTo(now);
        if (!isLast && _walked == _tickedSecond / WalkSeconds)
        {
            return;
        }

        _walked = _tickedSecond / WalkSeconds;
        _beaconRule.AdvanceTo(now);
        _restarts.AdvanceTo(now);
        for (var circuit = open; circuit is not null; circuit = circuit.Newer)
        {
            if (circuit.Operations is not null && WatchOf(circuit) is { } watch)
            {
                _transport.TakeSegments(circuit, watch);
            }
        }
    }

    private static long SecondOf(CaptureTime time) => time.UnixNanoseconds / CaptureDuration.NanosecondsPerSecond;

    private CircuitWatch? WatchOf(Circuit circuit) => circuit.Place < _watches.Count ? _watches[circuit.Place] : null;

    private IEnumerable<Finding> Describe(IEnumerable<FindingEntry> entries, CaptureTime now)
    {
        var byServers = entries.ToLookup(_duplicates.IsMultiHomed);
        return byServers[false].Concat(_duplicates.MultiHomed(byServers[true])).Select(entry => entry.Describe(_facts, now));
    }

    private void TakeFromServer(Circuit circuit, in CaHeader header, ReadOnlySpan<byte> payload, PvName? pv, CaptureTime at, long frame)
    {
        if (ErrorRule.IsError(header))
        {
            _errors.Take(circuit, header, payload, pv, at, frame);
        }

        if (header.Command == CaCommand.CreateChan)
        {
            _restarts.TakeCreated(circuit, pv, at, frame);
            if (pv is not null)
            {
                _facts.Served.Add(pv, circuit.Server);
            }
        }
        else if (header.Command is CaCommand.Error or CaCommand.ServerDisconn && WatchOf(circuit) is { Puts.Count: > 0 } failing)
        {
            _headOfLine.Forget(failing);
        }
        else if (header.Command == CaCommand.WriteNotify && WatchOf(circuit) is { } watch)
        {
            _headOfLine.TakeReply(circuit, watch, header.Parameter2, header.Parameter1, pv, at, frame);
        }
    }

    private void TakeFromClient(Circuit circuit, CircuitWatch watch, in CaHeader header, PvName? pv, CaptureTime at, long frame)
    {
        if (watch.BlockedQueues > 0 && header.Command is not CaCommand.WriteNotify)
        {
            HeadOfLineRule.TakeRequest(watch);
        }

        switch (header.Command)
        {
            case CaCommand.EventAdd when header.DataCount == 0:
                _transport.TakeCountOfZero(circuit, pv, at, frame);
                break;
            case CaCommand.EventsOff:
                (watch.EventsOffSince, watch.EventsOffFrame) = (watch.EventsOffSince ?? at, watch.EventsOffSince is null ? frame : watch.EventsOffFrame);
                break;
            case CaCommand.EventsOn when watch.EventsOffSince is { } since:
                _slowConsumers.TakeEventsOff(circuit, since, at, watch.EventsOffFrame, frame);
                watch.EventsOffSince = null;
                break;
            case CaCommand.ClearChannel when watch.Puts.Count > 0:
                _headOfLine.Forget(watch);
                break;
            case CaCommand.WriteNotify:
                _headOfLine.TakePut(circuit, watch, header.Parameter1, header.Parameter2, pv, at, frame);
                break;
            case CaCommand.ClientName or CaCommand.HostName:
                _facts.NotePeer(circuit.Client, circuit.UserName, circuit.HostName);
                break;
        }
    }
}
