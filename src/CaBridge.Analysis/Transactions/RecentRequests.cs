using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// The ids of requests that no channel lists yet. Most requests are answered long before their channel ends, and a noted id is all that this
/// costs them: lists are made when a channel ends, of what is still open then.
/// </summary>
internal sealed class RecentRequests
{
    private const int SmallestCapacity = 16;

    /// <summary>Beyond this, ids are noted for a quarter of the open requests: a walk through all of those costs less than their share then.</summary>
    private const int EnoughIds = 1024;

    private uint[] _ids = [];
    private int _count;

    /// <summary>Whether there were more than are noted: the table has to be walked through.</summary>
    public bool HasMore { get; private set; }

    public ReadOnlySpan<uint> Ids => _ids.AsSpan(0, _count);

    /// <param name="open">How many requests are open.</param>
    public void Note(uint id, int open)
    {
        if (_count < _ids.Length)
        {
            _ids[_count++] = id;
        }
        else if (!HasMore)
        {
            NoteBeyond(id, open);
        }
    }

    public void Clear()
    {
        _count = 0;
        HasMore = false;
    }

    private void NoteBeyond(uint id, int open)
    {
        if (_count >= Math.Max(EnoughIds, open / 4))
        {
            HasMore = true;
            return;
        }

        Array.Resize(ref _ids, Math.Max(SmallestCapacity, 2 * _count));
        _ids[_count++] = id;
    }

    public void Keep(StateArchive archive)
    {
        _count = archive.Count(_count);
        HasMore = archive.Value(HasMore);
        if (_ids.Length < _count)
        {
            Array.Resize(ref _ids, Math.Max(SmallestCapacity, _count));
        }

        archive.Values(_ids.AsSpan(0, _count));
    }
}
