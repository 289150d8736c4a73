using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis;

/// <summary>
/// packet → segment/datagram → ordered bytes → message → transaction, for one sensor. Not thread-safe: one loop owns it. Bad input is
/// counted in the snapshot's anomalies and never throws.
/// </summary>
public sealed partial class Analyzer
{
    private readonly AnomalyLog _anomalies = new();
    private readonly FrameCounts _frames = new();
    private readonly PacketClock _clock = new();
    private readonly MessageCounts _messages = new();
    private readonly PacketParser _parser;
    private readonly LearnedEndpoints _learned;
    private readonly CircuitTable _circuits;
    private readonly CircuitGate _gate;
    private readonly DatagramReader _datagrams;
    private readonly NameTable _names;
    private readonly TransactionLog _log;
    private readonly ChannelPlaces _channels = new();
    private readonly CircuitCorrelator _operations;
    private readonly ConnectCorrelator _connects;
    private readonly ConnectionCorrelator _connections;
    private readonly SearchCorrelator _searches;
    private readonly Diagnosis? _diagnosis;
    private readonly TransactionHandler? _onTransaction;
    private readonly MessageHandler? _onMessage;
    private readonly bool _resumeAfterCut;
    private readonly bool _expectsTimeOrder;
    private readonly int _maxHeldMemory;
    private CaptureTime _expiredAt;
    private CaptureTime _toldTime = new(long.MinValue);

    /// <param name="decapsulate">Asked for frames whose encapsulation Analysis does not read; without it they are passed over.</param>
    /// <param name="onMessage">Told of every message.</param>
    /// <param name="onTransaction">Told of every operation when it ends.</param>
    /// <param name="onSearch">Told of every search over UDP, as it goes on.</param>
    /// <param name="onConnection">Told of every channel when it has its first value, or ends before.</param>
    /// <param name="names">Shared with other analyzers; a table of its own if null.</param>
    public Analyzer(
        AnalyzerOptions options, Decapsulator? decapsulate = null, MessageHandler? onMessage = null, TransactionHandler? onTransaction = null,
        SearchHandler? onSearch = null, NameTable? names = null, ConnectionHandler? onConnection = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _onMessage = onMessage;
        _resumeAfterCut = options.ResumeAfterSnapLengthCut;
        _expectsTimeOrder = options.ExpectsTimeOrder;
        _maxHeldMemory = options.MaxOutOfOrderMemoryBytes;
        _parser = new PacketParser(options, _anomalies, decapsulate);
        _learned = new LearnedEndpoints(options.MaxCircuits);
        _circuits = new CircuitTable(options, _anomalies, dataLimit: onMessage is null ? 0 : options.PayloadLimitBytes);
        _gate = new CircuitGate(_learned);
        _datagrams = new DatagramReader(_learned, _anomalies);
        _names = names ?? new NameTable(options.MaxNames);
        _diagnosis = options.Diagnosis is { } diagnosis ? new Diagnosis(diagnosis) : null;
        _onTransaction = onTransaction;
        _log = new TransactionLog(options, _anomalies, _diagnosis is null ? onTransaction : Diagnose);
        _connections = new ConnectionCorrelator(options, onConnection);
        _operations = new CircuitCorrelator(options, _names, new PeerNames(options.MaxCircuits), _channels, _log, _connections, _anomalies);
        _connects = new ConnectCorrelator(options, _learned, _log);
        _searches = new SearchCorrelator(options, _log, _connections, _anomalies, onSearch);
    }

    /// <summary>What the packet was that was pushed last.</summary>
    public PacketRole Latest { get; private set; }

    /// <summary>TCP connections that were found to be circuits, each instance counted.</summary>
    public long Circuits => _frames.Circuits;

    /// <summary>The account of each operation so far; as in <see cref="Snapshot"/>, which costs more.</summary>
    public IReadOnlyList<OperationAccount> Operations => _log.Ledger.Accounts();

    /// <summary>The anomalies so far; as in <see cref="Snapshot"/>, which costs more.</summary>
    public IReadOnlyList<AnomalyCount> Anomalies => _anomalies.Snapshot();

    /// <summary>What is wrong, as far as is known so far, that which matters most first; none without <see cref="AnalyzerOptions.Diagnosis"/>.</summary>
    public IReadOnlyList<Finding> Findings() => _diagnosis?.Findings(Reached) ?? [];

    /// <summary>Findings that were ever opened; where it rises, there are new ones. Costs nothing.</summary>
    public long FindingsOpened => _diagnosis?.Opened ?? 0;

    /// <summary>The findings that were opened after <see cref="FindingsOpened"/> was <paramref name="opened"/>, and still are findings.</summary>
    public IReadOnlyList<Finding> FindingsOpenedAfter(long opened) => _diagnosis?.OpenedAfter(opened, Reached) ?? [];

    /// <summary>How far time has come, by packets or by what was told.</summary>
    private CaptureTime Reached => _toldTime > _frames.Last ? _toldTime : _frames.Last;

    /// <summary>Takes the next frame; frames come in the order of time, as far as the capture has it.</summary>
    public void Push(in Packet packet)
    {
        _frames.Read(packet);
        if (_expectsTimeOrder && _clock.IsLate(packet.Time))
        {
            _anomalies.Add(AnomalyKind.FrameOutOfOrder, packet.Frame);
        }

        var time = _expectsTimeOrder ? _clock.Follow(packet.Time) : packet.Time;
        if (time == packet.Time)
        {
            Take(packet);
        }
        else
        {
            Take(new Packet(time, packet.Frame, packet.LinkType, packet.Data, packet.OriginalLength, packet.InterfaceIndex));
        }
    }

    private void Take(in Packet packet)
    {
        var before = _frames.ChannelAccessFrames;
        switch (_parser.Parse(packet, out var segment, out var datagram))
        {
            case PacketKind.Tcp:
                _frames.Transport();
                Take(segment, packet.OriginalLength);
                Latest = new PacketRole(segment.Source, segment.Destination, segment.PayloadLength, _frames.ChannelAccessFrames > before);
                break;
            case PacketKind.Udp:
                _frames.Transport();
                Take(datagram, packet.OriginalLength);
                Latest = new PacketRole(datagram.Source, datagram.Destination, datagram.Payload.Length, _frames.ChannelAccessFrames > before);
                break;
            default:
                Latest = default;
                break;
        }
    }

    private void Diagnose(in Transaction transaction)
    {
        if (_diagnosis!.Concerns(transaction))
        {
            var circuit = _diagnosis.MayBeDisturbed(transaction) ? _circuits.Find(FlowKey.Of(transaction.Client, transaction.Server, out _)) : null;
            _diagnosis.Take(transaction, circuit);
        }

        _onTransaction?.Invoke(transaction);
    }

    private void Tick(CaptureTime now)
    {
        if (_diagnosis is not null && _diagnosis.IsDue(now))
        {
            _diagnosis.AdvanceTo(now, _circuits.OldestOpen);
        }
    }

    /// <summary>
    /// Tells the time where no packet does: gives up what has been missing for too long, and, at most once in a second of capture time, ends as
    /// timed out what has waited longer than the timeout. Costs a look at each open connection; only those are walked that hold an old request.
    /// </summary>
    public void AdvanceTo(CaptureTime time)
    {
        _toldTime = time > _toldTime ? time : _toldTime;
        _parser.Expire(time);
        _searches.AdvanceTo(time);
        Tick(time);
        var mayExpire = Math.Abs((time - _expiredAt).Nanoseconds) >= CaptureDuration.NanosecondsPerSecond;
        _expiredAt = mayExpire ? time : _expiredAt;
        Circuit? newer;
        for (var circuit = _circuits.OldestOpen; circuit is not null; circuit = newer)
        {
            // Read first: a circuit that ends goes over to another list.
            newer = circuit.Newer;
            if (circuit.Connection.IsWaiting || circuit.Connection.LacksItsEnd)
            {
                circuit.Connection.AdvanceTo(time);
                Drain(circuit);
            }

            if (mayExpire && !circuit.HasEnded)
            {
                _connects.Expire(circuit, time);
                _operations.Expire(circuit, time);
            }
        }
    }

    /// <summary>The recording has ended: delivers what was held and ends every open operation. Nothing may be pushed afterwards.</summary>
    public void Complete()
    {
        _parser.Complete();
        _diagnosis?.AdvanceTo(_frames.Last, _circuits.OldestOpen, isLast: true);
        while (_circuits.OldestOpen is { } circuit)
        {
            End(circuit, Outcome.Pending, _frames.Last);
            _circuits.Remove(circuit);
        }

        _searches.Complete(_frames.Last);
    }

    public AnalyzerSnapshot Snapshot() => new()
    {
        FramesRead = _frames.FramesRead,
        Frames = _frames.TransportFrames,
        ChannelAccessFrames = _frames.ChannelAccessFrames,
        Bytes = _frames.Bytes,
        ChannelAccessBytes = _frames.ChannelAccessBytes,
        First = _frames.FramesRead == 0 ? null : _frames.First,
        Last = _frames.FramesRead == 0 ? null : _frames.Last,
        Circuits = _frames.Circuits,
        Messages = _messages.Snapshot(),
        Operations = _log.Ledger.Accounts(),
        Anomalies = _anomalies.Snapshot(),
        Search = _searches.Figures(),
    };
}
