using CaBridge.Analysis.Packets;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Copies of IP fragments until their datagram is complete; kept and given up as <see cref="FragmentReassembler"/> does.</summary>
/// <param name="maxDatagrams">At least 1.</param>
internal sealed class HeldFragments(int maxDatagrams)
{
    private static readonly CaptureDuration Lifetime = CaptureDuration.FromSeconds(30);

    private readonly Dictionary<FragmentKey, LinkedListNode<Datagram>> _byKey = [];

    // quiet for longest first
    private readonly LinkedList<Datagram> _unfinished = new();
    private readonly Stack<LinkedListNode<Datagram>> _spare = new();

    public long Frames { get; private set; }

    public long Bytes { get; private set; }

    /// <returns>How many frames were given up for it.</returns>
    public int Add(FragmentKey key, in Packet packet)
    {
        Expire(packet.Time);
        var givenUp = 0;
        if (_byKey.TryGetValue(key, out var node))
        {
            _unfinished.Remove(node);
        }
        else
        {
            if (_unfinished.Count >= maxDatagrams)
            {
                givenUp = GiveUpOldest();
            }

            if (!_spare.TryPop(out node))
            {
                node = new LinkedListNode<Datagram>(new Datagram());
            }

            node.Value.Key = key;
            _byKey.Add(key, node);
        }

        _unfinished.AddLast(node);
        node.Value.LastSeen = packet.Time;
        node.Value.Packets.Add(packet, HeldPacketKind.Payload);
        Frames++;
        Bytes += packet.Data.Length;
        return givenUp;
    }

    /// <returns>The fragments of a datagram in the order in which they came; null if there are none. <see cref="Remove"/> them afterwards.</returns>
    public HeldPackets? Find(FragmentKey key) => _byKey.TryGetValue(key, out var node) ? node.Value.Packets : null;

    public void Remove(FragmentKey key)
    {
        if (_byKey.TryGetValue(key, out var node))
        {
            Release(node);
        }
    }

    /// <returns>How many frames that were; 0 if there was nothing left.</returns>
    public int GiveUpOldest()
    {
        if (_unfinished.First is not { } oldest)
        {
            return 0;
        }

        var frames = oldest.Value.Packets.Count;
        Release(oldest);
        return frames;
    }

    /// <summary>Drops what has had no fragment for 30 s: it never became a datagram.</summary>
    public void Expire(CaptureTime now)
    {
        while (_unfinished.First is { } oldest && now - oldest.Value.LastSeen > Lifetime)
        {
            Release(oldest);
        }
    }

    public void Clear()
    {
        while (_unfinished.First is { } oldest)
        {
            Release(oldest);
        }
    }

    private void Release(LinkedListNode<Datagram> node)
    {
        _byKey.Remove(node.Value.Key);
        _unfinished.Remove(node);
        Frames -= node.Value.Packets.Count;
        Bytes -= node.Value.Packets.Bytes;
        node.Value.Packets.Clear();
        _spare.Push(node);
    }

    private sealed class Datagram
    {
        public FragmentKey Key { get; set; }

        public CaptureTime LastSeen { get; set; }

        public HeldPackets Packets { get; } = new();
    }
}
