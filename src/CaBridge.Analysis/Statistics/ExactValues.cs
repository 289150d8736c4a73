using System.Runtime.CompilerServices;

namespace CaBridge.Analysis.Statistics;

/// <summary>
/// The room for exact values that the groups of one table share: pages of chunks, which a group links as it grows. Nothing is copied when a
/// group grows, and what one gives back the next one takes.
/// </summary>
/// <param name="maxValues">How many may be held in all, besides those that <see cref="AlwaysHeld"/> grants.</param>
public sealed class ExactValues(long maxValues)
{
    /// <summary>So many values of a group are always held: a histogram of them would take no less room.</summary>
    public const int AlwaysHeld = 256;

    /// <summary>32-bit slots of a chunk; the first one links to the next chunk.</summary>
    private const int ChunkSlots = 32;
    private const int ChunkBits = 5;

    private const int PageBits = 9;
    private const int PageChunks = 1 << PageBits;
    private const int ValuesPerChunk = ChunkSlots - 1;

    private uint[][] _pages = [];
    private int _made;
    private int _free = -1;

    /// <summary>Negative if groups that were granted <see cref="AlwaysHeld"/> values took more.</summary>
    public long Remaining { get; private set; } = maxValues;

    /// <returns>Whether there was room.</returns>
    internal bool TryAdd(ref Series series, uint value)
    {
        if (series.Left == 0 && !TryLink(ref series))
        {
            return false;
        }

        Slot(series.Last, ChunkSlots - series.Left) = value;
        series.Left--;
        series.Count++;
        return true;
    }

    /// <summary>Accounts for a value that the group holds elsewhere, in as much room as <paramref name="slots"/> values have.</summary>
    internal bool TryTake(int slots, bool always)
    {
        if (!always && slots > Remaining)
        {
            return false;
        }

        Remaining -= slots;
        return true;
    }

    /// <param name="into">Exactly as long as the series.</param>
    internal void CopyTo(Series series, Span<uint> into)
    {
        for (var chunk = series.First; !into.IsEmpty; chunk = (int)Slot(chunk, 0))
        {
            var count = Math.Min(ValuesPerChunk, into.Length);
            _pages[chunk >> PageBits].AsSpan(Start(chunk) + 1, count).CopyTo(into);
            into = into[count..];
        }
    }

    internal void Return(ref Series series)
    {
        if (series.Count > 0)
        {
            Remaining += (series.Count + series.Left) / ValuesPerChunk * ValuesPerChunk;
            Slot(series.Last, 0) = (uint)_free;
            _free = series.First;
        }

        series = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Start(int chunk) => (chunk & (PageChunks - 1)) << ChunkBits;

    private ref uint Slot(int chunk, int slot) => ref _pages[chunk >> PageBits][Start(chunk) + slot];

    private bool TryLink(ref Series series)
    {
        if (!TryTake(ValuesPerChunk, always: series.Count < AlwaysHeld))
        {
            return false;
        }

        var chunk = TakeChunk();
        if (series.Count == 0)
        {
            series.First = chunk;
        }
        else
        {
            Slot(series.Last, 0) = (uint)chunk;
        }

        series.Last = chunk;
        series.Left = ValuesPerChunk;
        return true;
    }

    private int TakeChunk()
    {
        if (_free >= 0)
        {
            var free = _free;
            _free = (int)Slot(free, 0);
            return free;
        }

        var page = _made >> PageBits;
        if (page == _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(4, 2 * page));
        }

        _pages[page] ??= new uint[PageChunks * ChunkSlots];
        return _made++;
    }

    /// <summary>The values of one group, in the order they came; <c>default</c> has none.</summary>
    internal struct Series
    {
        public int First;
        public int Last;

        /// <summary>Free slots of the last chunk.</summary>
        public int Left;

        public int Count;
    }
}
