using CaBridge.Analysis.Packets;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Copies of the frames of connections of which it is not known yet what they carry, in the order in which they began to be held.</summary>
/// <param name="maxBytesPerConnection">Beyond these, the older half of a connection's frames goes.</param>
/// <param name="wait">When <see cref="NextOverdue"/> names a connection.</param>
internal sealed class HeldConnections(int maxBytesPerConnection, CaptureDuration wait)
{
    private readonly Dictionary<Circuit, LinkedListNode<Candidate>> _byCircuit = [];

    // held for longest first
    private readonly LinkedList<Candidate> _held = new();
    private readonly Stack<LinkedListNode<Candidate>> _spare = new();

    // those before it have been named as overdue
    private LinkedListNode<Candidate>? _nextOverdue;

    public long Frames { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>The connection that has been held the longest.</summary>
    public Circuit? Oldest => _held.First?.Value.Circuit;

    /// <returns>How many frames were given up for it.</returns>
    public int Add(Circuit circuit, in Packet packet, HeldPacketKind kind)
    {
        var packets = FindOrAdd(circuit, packet.Time);
        packets.Add(packet, kind);
        Frames++;
        Bytes += packet.Data.Length;
        if (packets.Bytes <= maxBytesPerConnection)
        {
            return 0;
        }

        var (frames, bytes) = (packets.Count, packets.Bytes);
        packets.DropOldest();
        Frames -= frames - packets.Count;
        Bytes -= bytes - packets.Bytes;
        return frames - packets.Count;
    }

    /// <returns>What is held of a connection, in order; null if there is nothing. <see cref="Remove"/> it afterwards.</returns>
    public HeldPackets? Find(Circuit circuit) => _byCircuit.TryGetValue(circuit, out var node) ? node.Value.Packets : null;

    /// <summary>Frees what is held of a connection.</summary>
    public void Remove(Circuit circuit)
    {
        if (!_byCircuit.Remove(circuit, out var node))
        {
            return;
        }

        if (ReferenceEquals(node, _nextOverdue))
        {
            _nextOverdue = node.Next;
        }

        _held.Remove(node);
        Frames -= node.Value.Packets.Count;
        Bytes -= node.Value.Packets.Bytes;
        node.Value.Packets.Clear();
        node.Value.Circuit = null;
        _spare.Push(node);
    }

    /// <summary>The next connection that has been held for longer than the wait, each once; null if there is none.</summary>
    public Circuit? NextOverdue(CaptureTime now)
    {
        if (_nextOverdue is not { } node || now - node.Value.Since <= wait)
        {
            return null;
        }

        _nextOverdue = node.Next;
        return node.Value.Circuit;
    }

    private HeldPackets FindOrAdd(Circuit circuit, CaptureTime now)
    {
        if (_byCircuit.TryGetValue(circuit, out var node))
        {
            return node.Value.Packets;
        }

        if (!_spare.TryPop(out node))
        {
            node = new LinkedListNode<Candidate>(new Candidate());
        }

        node.Value.Circuit = circuit;
        node.Value.Since = now;
        _byCircuit.Add(circuit, node);
        _held.AddLast(node);
        _nextOverdue ??= node;
        return node.Value.Packets;
    }

    private sealed class Candidate
    {
        public Circuit? Circuit { get; set; }

        public CaptureTime Since { get; set; }

        public HeldPackets Packets { get; } = new();
    }
}
