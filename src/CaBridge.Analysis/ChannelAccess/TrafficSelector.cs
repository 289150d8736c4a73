using CaBridge.Analysis.Packets;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>
/// Lets only Channel Access pass: analyzing what passes gives the transactions that analyzing everything gives.
/// <code>
///  fragment ─────→ held ─ datagram complete ─┐
///  datagram ─────────────────────────────────┴─→ port 5064 or 5065, or recognised: passes; else dropped
///  segment ──┬─ undecided ──→ held ─ recognised: all of it passes, in order; something else: dropped
///            └─ decided ────→ passes, or dropped
/// </code>
/// Connections are recognised as <see cref="Analyzer"/> does, by what they carry. Frames keep their numbers and times; those that were held come
/// after later ones of others. ARP, ICMP and frames that cannot be read never pass. Not thread-safe: one loop owns it.
/// </summary>
public sealed partial class TrafficSelector
{
    private readonly TrafficSelectorOptions _options;
    private readonly PacketParser _parser;
    private readonly LearnedEndpoints _learned;
    private readonly DatagramReader _datagrams;
    private readonly CircuitTable _circuits;
    private readonly CircuitGate _gate;
    private readonly HeldConnections _held;
    private readonly HeldFragments _fragments;
    private long _framesSeen;
    private long _framesPassed;
    private long _bytesPassed;
    private long _framesGivenUp;
    private long _connectionsGivenUp;
    private long _segmentsSeen;
    private long _datagramsSeen;
    private long _circuitsSeen;

    /// <param name="decapsulate">Asked for frames whose encapsulation Analysis does not read; without it they are dropped.</param>
    public TrafficSelector(TrafficSelectorOptions options, Decapsulator? decapsulate = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var anomalies = new AnomalyLog();
        var limits = new AnalyzerOptions { MaxCircuits = options.MaxConnections, MaxFragmentedDatagrams = options.MaxFragmentedDatagrams };
        _parser = new PacketParser(limits, anomalies, decapsulate);
        _learned = new LearnedEndpoints(options.MaxConnections);
        _datagrams = new DatagramReader(_learned, anomalies);
        _circuits = new CircuitTable(limits, anomalies, dataLimit: 0);
        _gate = new CircuitGate(_learned);
        _held = new HeldConnections(options.MaxHeldBytesPerConnection, options.MaxHandshakeWait);
        _fragments = new HeldFragments(options.MaxFragmentedDatagrams);
    }

    public TrafficSelectorCounts Counts => new(
        _framesSeen,
        _framesPassed,
        _bytesPassed,
        _held.Frames + _fragments.Frames,
        _held.Bytes + _fragments.Bytes,
        _framesGivenUp,
        _connectionsGivenUp,
        _segmentsSeen,
        _datagramsSeen,
        _circuitsSeen);

    /// <summary>Takes the next frame; frames come in the order of time, as far as the capture has it.</summary>
    /// <param name="sink">Gets what passes on its account: nothing, this frame, or frames that were held and then this one.</param>
    public void Push(in Packet packet, PacketSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _framesSeen++;
        PassOverdue(packet.Time, sink);
        var kind = _parser.Parse(packet, out var segment, out var datagram);
        switch (kind)
        {
            case PacketKind.Tcp:
                _segmentsSeen++;
                Take(segment, packet, sink);
                break;
            case PacketKind.Udp:
                _datagramsSeen++;
                Take(datagram, packet, sink);
                break;
            case PacketKind.Fragment:
                _framesGivenUp += _fragments.Add(_parser.FragmentOf, packet);
                StayInBounds();
                break;
            case PacketKind.Duplicate when !_parser.IsFragment:
                _datagramsSeen++;
                break;
        }

        if (_parser.IsFragment && kind is PacketKind.Tcp or PacketKind.Udp or PacketKind.Other)
        {
            _fragments.Remove(_parser.FragmentOf);
        }
    }

    /// <summary>Tells the time where no packet does.</summary>
    public void AdvanceTo(CaptureTime time, PacketSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _parser.Expire(time);
        _fragments.Expire(time);
        PassOverdue(time, sink);
        for (var circuit = _circuits.OldestOpen; circuit is not null;)
        {
            var next = circuit.Newer;
            if (circuit.State == CircuitState.Undecided && (circuit.Connection.IsWaiting || circuit.Connection.LacksItsEnd))
            {
                circuit.Connection.AdvanceTo(time);
                Weigh(circuit, side: 0, default, sink);
            }

            circuit = next;
        }
    }

    /// <summary>The capture has ended: what is still undecided is decided now. Nothing may be pushed afterwards.</summary>
    public void Complete(PacketSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        while (_circuits.OldestOpen is { } circuit)
        {
            Forget(circuit, sink);
        }

        _fragments.Clear();
    }

    private void Take(in UdpDatagram datagram, in Packet packet, PacketSink sink)
    {
        var isRecognised = _datagrams.IsChannelAccess(datagram);
        if (isRecognised)
        {
            var payload = datagram.Payload;
            while (_datagrams.TryRead(ref payload, datagram, out var message))
            {
                _learned.Learn(Transport.Udp, datagram.Source, message);
            }
        }

        if (isRecognised || IsPortOfChannelAccess(datagram.Source.Port) || IsPortOfChannelAccess(datagram.Destination.Port))
        {
            if (_parser.IsFragment && _fragments.Find(_parser.FragmentOf) is { } fragments)
            {
                Pass(fragments, sink);
            }

            Pass(packet, sink);
        }
    }

    /// <summary>A learned port alone is no reason: clients' ports are used again by others.</summary>
    private static bool IsPortOfChannelAccess(ushort port) => port is LearnedEndpoints.ServerPort or LearnedEndpoints.RepeaterPort;

    private void Pass(in Packet packet, PacketSink sink)
    {
        _framesPassed++;
        _bytesPassed += packet.Data.Length;
        sink(packet);
    }

    private void Pass(HeldPackets packets, PacketSink sink)
    {
        for (var i = 0; i < packets.Count; i++)
        {
            Pass(packets[i], sink);
        }
    }

    /// <summary>What an undecided connection holds out of order counts, too: those are second copies.</summary>
    private void StayInBounds()
    {
        while (_held.Bytes + _fragments.Bytes + _circuits.Memory.Bytes > _options.MaxHeldBytes)
        {
            if (_held.Oldest is { } oldest)
            {
                _framesGivenUp += _held.Find(oldest)!.Count;
                _connectionsGivenUp++;
                Drop(oldest);
            }
            else if (_fragments.GiveUpOldest() is var frames and > 0)
            {
                _framesGivenUp += frames;
            }
            else
            {
                break;
            }
        }
    }
}
