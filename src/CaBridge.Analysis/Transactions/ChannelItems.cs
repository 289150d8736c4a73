using System.Diagnostics.CodeAnalysis;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// What one channel has open in one table, as a list through the table's own entries: when the channel ends they are found without a search of
/// the table. The newest comes first; whichever is answered is taken out from between its neighbours. <c>default</c> is empty.
/// </summary>
internal struct ChannelItems
{
    /// <summary>No id. An item that has it nevertheless, one in 2³², stays out of the list and ends with its circuit.</summary>
    public const uint None = uint.MaxValue;

    private uint _inverseFirst;

    /// <summary>The newest; <see cref="None"/> if there is none.</summary>
    public uint First
    {
        readonly get => ~_inverseFirst;
        private set => _inverseFirst = ~value;
    }

    /// <param name="table">Has the item under <paramref name="id"/>, in no list yet.</param>
    public void Add<T>(IdMap<T> table, uint id, ref T item)
        where T : struct, IChannelItem
    {
        if (id == None)
        {
            return;
        }

        if (First != None)
        {
            table.Find(First).Link.Previous = id;
        }

        item.Link.Next = First;
        item.Link.Previous = id;
        First = id;
    }

    /// <summary>Joins the neighbours of a listed item that goes.</summary>
    /// <returns>False if it is the first: its channel has to be told (<see cref="RemoveFirst"/>).</returns>
    public static bool TryJoinNeighbours<T>(IdMap<T> table, uint id, ChannelLink link)
        where T : struct, IChannelItem
    {
        var isFirst = link.Previous == id;
        if (link.Next != None)
        {
            table.Find(link.Next).Link.Previous = isFirst ? link.Next : link.Previous;
        }

        if (!isFirst)
        {
            table.Find(link.Previous).Link.Next = link.Next;
        }

        return !isFirst;
    }

    public void RemoveFirst(ChannelLink link) => First = link.Next;

    /// <summary>Takes an item out of its table; to be called until the list is empty.</summary>
    public bool TryTake<T>(IdMap<T> table, out T item)
        where T : struct, IChannelItem
    {
        if (First == None || !table.Remove(First, out item))
        {
            item = default;
            return false;
        }

        First = item.Link.Next;
        return true;
    }
}

/// <summary>An entry of a table that belongs to a channel.</summary>
internal interface IChannelItem
{
    [UnscopedRef]
    ref ChannelLink Link { get; }
}

/// <summary>The neighbours of an item of a channel, by their ids; <c>default</c> is in no list.</summary>
internal struct ChannelLink
{
    private uint _inversePrevious;
    private uint _inverseNext;

    /// <summary>Of the first one, its own id.</summary>
    public uint Previous
    {
        readonly get => ~_inversePrevious;
        set => _inversePrevious = ~value;
    }

    public uint Next
    {
        readonly get => ~_inverseNext;
        set => _inverseNext = ~value;
    }

    public readonly bool IsListed => Previous != ChannelItems.None;
}
