using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// The channels of all circuits, each in a place of its own from its first message to its end: a walk from place to place meets every channel that
/// stays exactly once, whatever comes and goes. Places are used again.
/// </summary>
internal sealed class ChannelPlaces
{
    private const int NoPlace = -1;

    private Entry[] _entries = [];
    private int _end;
    private int _firstFree = NoPlace;

    /// <summary>Channels that have a place.</summary>
    public int Count { get; private set; }

    /// <param name="place">One that is taken.</param>
    public (int Circuit, uint Cid) this[int place] => (_entries[place].Circuit, _entries[place].Cid);

    /// <param name="circuit">The place of its circuit.</param>
    public int Add(int circuit, uint cid)
    {
        var place = _firstFree;
        if (place == NoPlace)
        {
            place = _end++;
            if (place == _entries.Length)
            {
                Array.Resize(ref _entries, Math.Max(16, 2 * place));
            }
        }
        else
        {
            _firstFree = _entries[place].NextFree;
        }

        _entries[place] = new Entry(circuit, cid);
        Count++;
        return place;
    }

    public void Remove(int place)
    {
        _entries[place] = Entry.Free(_firstFree);
        _firstFree = place;
        Count--;
    }

    /// <summary>The first place at or after <paramref name="from"/> that is taken; -1 if there is none.</summary>
    public int Next(int from)
    {
        for (var place = from; place < _end; place++)
        {
            if (!_entries[place].IsFree)
            {
                return place;
            }
        }

        return NoPlace;
    }

    /// <summary>A free place has the next free one in the cid's stead.</summary>
    private readonly record struct Entry(int Circuit, uint Cid)
    {
        private const int NoCircuit = -1;

        public bool IsFree => Circuit == NoCircuit;

        public int NextFree => (int)Cid;

        public static Entry Free(int next) => new(NoCircuit, (uint)next);
    }

    public void Keep(StateArchive archive)
    {
        _end = archive.Count(_end);
        if (_entries.Length < _end)
        {
            Array.Resize(ref _entries, Math.Max(16, _end));
        }

        archive.Values(_entries.AsSpan(0, _end));
        (_firstFree, Count) = (archive.Value(_firstFree), archive.Value(Count));
    }
}
