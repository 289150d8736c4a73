using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Tcp;

/// <summary>Segments of either side that acknowledge bytes which have not come, in the order of capture.</summary>
internal sealed class DeferredSegments(HeldMemory memory)
{
    private readonly List<HeldSegment> _segments = [];

    public int Count => _segments.Count;

    /// <summary>As sent: what a snap length cut away counts, too.</summary>
    public int Bytes { get; private set; }

    public HeldSegment this[int index] => _segments[index];

    public void Add(in HeldSegment segment)
    {
        _segments.Add(segment);
        Bytes += segment.PayloadLength;
        memory.Add(segment);
    }

    public void RemoveAt(int index)
    {
        Bytes -= _segments[index].PayloadLength;
        memory.Remove(_segments[index]);
        _segments.RemoveAt(index);
    }

    /// <summary>Gives all buffers back.</summary>
    public void Clear()
    {
        foreach (var segment in _segments)
        {
            memory.Remove(segment);
            segment.Release();
        }

        _segments.Clear();
        Bytes = 0;
    }

    /// <summary>The segment of a side that comes first in its stream; the oldest of all if there is none.</summary>
    public int FirstOf(int side)
    {
        var first = 0;
        for (var i = 1; i < _segments.Count; i++)
        {
            if (_segments[i].Side == side && (_segments[first].Side != side || _segments[i].Sequence < _segments[first].Sequence))
            {
                first = i;
            }
        }

        return first;
    }

    /// <summary>Where the first segment of a side begins, if that is before <paramref name="limit"/>; else the limit.</summary>
    public SequenceNumber FirstByteOf(int side, SequenceNumber limit)
    {
        foreach (var segment in _segments)
        {
            if (segment.Side == side && segment.Sequence < limit)
            {
                limit = segment.Sequence;
            }
        }

        return limit;
    }

    public void Keep(StateArchive archive)
    {
        foreach (var segment in archive.Items(_segments, segment => HeldSegment.Keep(archive, segment)))
        {
            Add(segment);
        }
    }
}
