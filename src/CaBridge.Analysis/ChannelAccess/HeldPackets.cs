using System.Buffers;
using System.Numerics;
using CaBridge.Analysis.Packets;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>What a held frame means for its connection.</summary>
internal enum HeldPacketKind : byte
{
    /// <summary>It has payload, or a part of it.</summary>
    Payload = 0,

    /// <summary>Only acknowledges.</summary>
    Acknowledgment,

    /// <summary>SYN, FIN or RST without payload.</summary>
    Control,
}

/// <summary>Copies of frames that wait for a decision, in one pooled buffer.</summary>
internal sealed class HeldPackets
{
    private const int MinBufferBytes = 2048;

    /// <summary>Control frames beyond these are no more worth keeping than others.</summary>
    private const int MaxControl = 64;

    private readonly List<Entry> _entries = [];
    private byte[] _buffer = [];
    private int _end;

    public int Count => _entries.Count;

    /// <summary>Of all frames that are held, as far as they were captured.</summary>
    public int Bytes => _end;

    public bool HasPayload { get; private set; }

    public void Add(in Packet packet, HeldPacketKind kind)
    {
        GrowTo(_end + packet.Data.Length);
        packet.Data.CopyTo(_buffer.AsSpan(_end));
        _entries.Add(new Entry(_end, packet.Data.Length, kind, packet.Time, packet.Frame, packet.LinkType, packet.OriginalLength, packet.InterfaceIndex));
        _end += packet.Data.Length;
        HasPayload |= kind == HeldPacketKind.Payload;
    }

    /// <summary>The frame as it was added; valid until anything is added or cleared.</summary>
    public Packet this[int index]
    {
        get
        {
            var entry = _entries[index];
            return new Packet(
                entry.Time, entry.Frame, entry.LinkType, _buffer.AsSpan(entry.Offset, entry.Length), entry.OriginalLength, entry.InterfaceIndex);
        }
    }

    public HeldPacketKind KindOf(int index) => _entries[index].Kind;

    /// <summary>Drops the older half of the frames, but those that begin and end connections.</summary>
    public void DropOldest()
    {
        var (kept, end, control, half) = (0, 0, 0, _entries.Count / 2);
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (i < half && (entry.Kind != HeldPacketKind.Control || ++control > MaxControl))
            {
                continue;
            }

            _buffer.AsSpan(entry.Offset, entry.Length).CopyTo(_buffer.AsSpan(end));
            _entries[kept++] = entry with { Offset = end };
            end += entry.Length;
        }

        _entries.RemoveRange(kept, _entries.Count - kept);
        _end = end;
    }

    /// <summary>Gives the buffer back, too.</summary>
    public void Clear()
    {
        _entries.Clear();
        _end = 0;
        HasPayload = false;
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void GrowTo(int size)
    {
        if (size <= _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(size, MinBufferBytes)));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }

    private readonly record struct Entry(
        int Offset, int Length, HeldPacketKind Kind, CaptureTime Time, long Frame, LinkType LinkType, int OriginalLength, int InterfaceIndex);
}
