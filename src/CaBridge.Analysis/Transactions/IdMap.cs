using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// A table by the 32-bit ids of the protocol (cid, sid, ioid, subscription id): Robin Hood hashing with linear probing, at most half full,
/// removal without tombstones. Peers count their ids up, and many wait at once; so ids that follow each other stand next to each other, in runs
/// of 64 that multiplying by 2³²/φ spreads (Knuth 6.4): walking through memory instead of jumping.
/// </summary>
internal sealed class IdMap<T>
    where T : struct
{
    private const int SmallestCapacity = 16;

    /// <summary>Larger tables are borrowed, so that what one circuit needed is there for the next.</summary>
    private const int LargestOwnCapacity = 64;

    private const uint GoldenRatio = 0x9E37_79B9;
    private const int RunBits = 6;
    private const uint RunMask = (1 << RunBits) - 1;

    private Entry[] _entries = [];
    private int _mask = -1;
    private int _shift = 32;

    public int Count { get; private set; }

    private int Capacity => _mask + 1;

    /// <summary>The value of <paramref name="id"/>, or a null reference (<see cref="Unsafe.IsNullRef{T}"/>); valid until the next change.</summary>
    public ref T Find(uint id)
    {
        var at = IndexOf(id);
        return ref at < 0 ? ref Unsafe.NullRef<T>() : ref _entries[at].Value;
    }

    /// <summary>The value of <paramref name="id"/>, made as <c>default</c> if there was none; valid until the next change.</summary>
    public ref T GetOrAdd(uint id, out bool existed)
    {
        if (2 * (Count + 1) > Capacity)
        {
            Grow();
        }

        var at = Home(id);
        for (var distance = 0; _entries[at].IsUsed; distance++, at = (at + 1) & _mask)
        {
            if (_entries[at].Id == id)
            {
                existed = true;
                return ref _entries[at].Value;
            }

            if (DistanceAt(at) < distance)
            {
                MakeRoomAt(at);
                break;
            }
        }

        ref var entry = ref _entries[at];
        entry.IsUsed = true;
        entry.Id = id;
        entry.Value = default;
        Count++;
        existed = false;
        return ref entry.Value;
    }

    public bool Remove(uint id, out T value)
    {
        var at = IndexOf(id);
        if (at < 0)
        {
            value = default;
            return false;
        }

        value = _entries[at].Value;
        RemoveAt(at);
        return true;
    }

    /// <summary>The place of <paramref name="id"/>, or -1; valid until the next change.</summary>
    public int IndexOf(uint id)
    {
        if (Count == 0)
        {
            return -1;
        }

        var entries = _entries;
        var at = Home(id);
        for (var distance = 0; entries[at].IsUsed; distance++, at = (at + 1) & _mask)
        {
            if (entries[at].Id == id)
            {
                return at;
            }

            if (DistanceAt(at) < distance)
            {
                return -1;
            }
        }

        return -1;
    }

    /// <summary>Removes the entry there, and closes the hole with what follows, up to an entry that stands where it belongs.</summary>
    public void RemoveAt(int index)
    {
        Count--;
        var hole = index;
        for (var at = (hole + 1) & _mask; _entries[at].IsUsed && DistanceAt(at) > 0; at = (at + 1) & _mask)
        {
            _entries[hole] = _entries[at];
            hole = at;
        }

        _entries[hole] = default;
    }

    /// <summary>Walks the table: the place of the first entry at or after <paramref name="from"/>, or -1. Changes end the walk.</summary>
    public int NextIndex(int from)
    {
        for (var at = from; at < Capacity; at++)
        {
            if (_entries[at].IsUsed)
            {
                return at;
            }
        }

        return -1;
    }

    public uint IdAt(int index) => _entries[index].Id;

    public ref T ValueAt(int index) => ref _entries[index].Value;

    /// <summary>Empties the table; a large one is given back.</summary>
    public void Clear()
    {
        if (Capacity > LargestOwnCapacity)
        {
            Release(_entries, Capacity);
            _entries = [];
            _mask = -1;
            _shift = 32;
        }
        else if (Count > 0)
        {
            Array.Clear(_entries, 0, Capacity);
        }

        Count = 0;
    }

    private static Entry[] Acquire(int capacity)
    {
        if (capacity <= LargestOwnCapacity)
        {
            return new Entry[capacity];
        }

        // What is given back is clear; what the pool makes anew is not where T holds no references.
        var entries = ArrayPool<Entry>.Shared.Rent(capacity);
        if (!RuntimeHelpers.IsReferenceOrContainsReferences<Entry>())
        {
            Array.Clear(entries, 0, capacity);
        }

        return entries;
    }

    private static void Release(Entry[] entries, int capacity)
    {
        if (capacity > LargestOwnCapacity)
        {
            Array.Clear(entries, 0, capacity);
            ArrayPool<Entry>.Shared.Return(entries);
        }
    }

    private void MakeRoomAt(int index)
    {
        var end = index;
        while (_entries[end].IsUsed)
        {
            end = (end + 1) & _mask;
        }

        while (end != index)
        {
            var before = (end - 1) & _mask;
            _entries[end] = _entries[before];
            end = before;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(uint id) => (int)((((id >> RunBits) * GoldenRatio) >> _shift) + (id & RunMask)) & _mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int DistanceAt(int index) => (index - Home(_entries[index].Id)) & _mask;

    private void Grow()
    {
        var (entries, capacity) = (_entries, Capacity);
        var larger = Math.Max(SmallestCapacity, 2 * capacity);
        _mask = larger - 1;
        _shift = 32 - BitOperations.Log2((uint)larger);
        _entries = Acquire(larger);
        Count = 0;
        foreach (ref readonly var entry in entries.AsSpan(0, capacity))
        {
            if (entry.IsUsed)
            {
                GetOrAdd(entry.Id, out _) = entry.Value;
            }
        }

        Release(entries, capacity);
    }

    private struct Entry
    {
        public uint Id;
        public bool IsUsed;
        public T Value;
    }

    /// <summary>Entries stand where they stood: walks meet them in the same order.</summary>
    public void Keep(StateArchive archive, StateItem<T> keep)
    {
        var capacity = archive.Value(Capacity);
        Count = archive.Count(Count);
        if (archive.IsLoading && capacity > 0)
        {
            if (!BitOperations.IsPow2(capacity) || capacity < 2 * Count)
            {
                throw new StateException($"The saved state has a table of {capacity} with {Count} entries.");
            }

            _mask = capacity - 1;
            _shift = 32 - BitOperations.Log2((uint)capacity);
            _entries = Acquire(capacity);
        }

        var index = -1;
        for (var i = 0; i < Count; i++)
        {
            index = archive.Value(archive.IsLoading ? 0 : NextIndex(index + 1));
            if ((uint)index >= (uint)Capacity)
            {
                throw new StateException($"The saved state has an entry at {index} of {Capacity}.");
            }

            ref var entry = ref _entries[index];
            entry.IsUsed = true;
            entry.Id = archive.Value(entry.Id);
            keep(archive, ref entry.Value);
        }
    }
}
