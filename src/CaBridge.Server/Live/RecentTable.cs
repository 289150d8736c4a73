using System.Runtime.InteropServices;

namespace CaBridge.Server.Live;

/// <summary>A bounded table: when it is full, the entry that was touched the longest ago gives its place to the new one.</summary>
/// <param name="capacity">Entries held, at least 1.</param>
/// <remarks>An entry keeps its place, from 0 to below <see cref="Count"/>, until it goes.</remarks>
internal sealed class RecentTable<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : struct
{
    private const int None = -1;

    private readonly Dictionary<TKey, int> _places = [];
    private Entry[] _entries = [];
    private int _newest = None;
    private int _oldest = None;

    public int Count => _places.Count;

    /// <summary>Entries that went because the table was full.</summary>
    public long Evicted { get; private set; }

    public TKey KeyAt(int place) => _entries[place].Key;

    /// <summary>Valid until the next entry is touched.</summary>
    public ref readonly TValue ValueAt(int place) => ref _entries[place].Value;

    /// <summary>The value of a key, made as <c>default</c> if there was none; valid until the next entry is touched.</summary>
    public ref TValue Touch(in TKey key)
    {
        if (_newest != None && EqualityComparer<TKey>.Default.Equals(_entries[_newest].Key, key))
        {
            return ref _entries[_newest].Value;
        }

        if (!_places.TryGetValue(key, out var place))
        {
            place = MakeRoom();
            _entries[place] = new Entry { Key = key };
            _places.Add(key, place);
        }
        else
        {
            Unlink(place);
        }

        MakeNewest(place);
        return ref _entries[place].Value;
    }

    /// <returns>A place that is in use for nothing, and not linked.</returns>
    private int MakeRoom()
    {
        if (Count < capacity)
        {
            if (Count == _entries.Length)
            {
                Array.Resize(ref _entries, Math.Min(capacity, Math.Max(16, 2 * Count)));
            }

            return Count;
        }

        var place = _oldest;
        Unlink(place);
        _places.Remove(_entries[place].Key);
        Evicted++;
        return place;
    }

    private void MakeNewest(int place)
    {
        (_entries[place].Older, _entries[place].Newer) = (_newest, None);
        if (_newest != None)
        {
            _entries[_newest].Newer = place;
        }

        _newest = place;
        _oldest = _oldest == None ? place : _oldest;
    }

    private void Unlink(int place)
    {
        var (older, newer) = (_entries[place].Older, _entries[place].Newer);
        (older == None ? ref _oldest : ref _entries[older].Newer) = newer;
        (newer == None ? ref _newest : ref _entries[newer].Older) = older;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public TKey Key;
        public TValue Value;
        public int Older;
        public int Newer;
    }
}
