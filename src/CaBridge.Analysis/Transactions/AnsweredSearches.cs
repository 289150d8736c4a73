using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>A search that a server answered.</summary>
/// <param name="FirstAt">Its first request.</param>
/// <param name="LastAt">Its last request before the reply.</param>
/// <param name="Frame">Of the first request.</param>
internal readonly record struct AnsweredSearch(CaptureTime FirstAt, CaptureTime LastAt, CaptureTime AnsweredAt, int Tries, long Frame);

/// <summary>
/// Searches whose channel is still to be created, by what CREATE_CHAN has in common with them: the client's host, cid and name, and the server that
/// was advertised. Ports differ. Two processes of a host may search the same with the same cid; the first of them to ask is taken for the first to have
/// searched. Bounded.
/// </summary>
internal sealed class AnsweredSearches(int limit)
{
    private const byte MaxAlike = 4;

    /// <summary>A client that has not connected by then will search again.</summary>
    private static readonly CaptureDuration Memory = CaptureDuration.FromSeconds(600);

    /// <summary>Processes that start together.</summary>
    private static readonly CaptureDuration AtOnce = CaptureDuration.FromSeconds(10);

    private readonly Dictionary<Key, AnsweredSearch> _searches = [];

    /// <summary>Of <see cref="_searches"/>, those that have others alike before them.</summary>
    private int _further;

    public void Add(Endpoint client, uint cid, PvName name, Endpoint server, in AnsweredSearch search)
    {
        if (_searches.Count >= limit)
        {
            Sweep(search.AnsweredAt);
        }

        for (byte alike = 0; alike < MaxAlike && _searches.Count < limit; alike++)
        {
            if (_searches.TryAdd(new Key(client.Host, server, cid, name, alike), search))
            {
                _further += alike > 0 ? 1 : 0;
                return;
            }
        }
    }

    /// <summary>Takes the oldest of those alike that were answered at about the same time as the newest; what is older led to nothing.</summary>
    public bool TryTake(Endpoint client, uint cid, PvName name, Endpoint server, out AnsweredSearch search)
    {
        var first = new Key(client.Host, server, cid, name, Alike: 0);
        return _further == 0 ? _searches.Remove(first, out search) : TryTakeOfSeveral(first, out search);
    }

    public void Sweep(CaptureTime now)
    {
        foreach (var (key, search) in _searches)
        {
            if (now - search.AnsweredAt > Memory)
            {
                _searches.Remove(key);
                _further -= key.Alike > 0 ? 1 : 0;
            }
        }
    }

    private bool TryTakeOfSeveral(Key first, out AnsweredSearch search)
    {
        search = default;
        var newest = new CaptureTime(long.MinValue);
        for (byte alike = 0; alike < MaxAlike && _searches.TryGetValue(first with { Alike = alike }, out var found); alike++)
        {
            newest = found.AnsweredAt > newest ? found.AnsweredAt : newest;
        }

        byte kept = 0;
        var isTaken = false;
        for (byte alike = 0; alike < MaxAlike && _searches.Remove(first with { Alike = alike }, out var found); alike++)
        {
            _further -= alike > 0 ? 1 : 0;
            if (newest - found.AnsweredAt > AtOnce)
            {
                continue;
            }

            if (!isTaken)
            {
                (search, isTaken) = (found, true);
            }
            else
            {
                _further += kept > 0 ? 1 : 0;
                _searches.Add(first with { Alike = kept++ }, found);
            }
        }

        return isTaken;
    }

    private readonly record struct Key(Endpoint Client, Endpoint Server, uint Cid, PvName Name, byte Alike)
    {
        public Key Keep(StateArchive archive) =>
            new(archive.Value(Client), archive.Value(Server), archive.Value(Cid), archive.Name(Name), archive.Value(Alike));

        public bool Equals(Key other) =>
            Cid == other.Cid && ReferenceEquals(Name, other.Name) && Alike == other.Alike && Client == other.Client && Server == other.Server;

        /// <summary>Of what differs most.</summary>
        public override int GetHashCode() => (int)(((Cid * 0x9E37_79B9) + (uint)Client.GetHashCode()) ^ ((uint)Name.Index << 8) ^ Alike);
    }

    public void Keep(StateArchive archive)
    {
        _further = archive.Value(_further);
        foreach (var (key, search) in archive.Items(_searches, entry => KeyValuePair.Create(entry.Key.Keep(archive), archive.Value(entry.Value))))
        {
            _searches.Add(key, search);
        }
    }
}
