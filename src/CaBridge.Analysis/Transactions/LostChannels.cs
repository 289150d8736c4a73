using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// Channels whose circuit the server ended, by client host and cid, until they are created again: libca keeps a channel's cid. Bounded; when full,
/// no more are remembered until the oldest have been lost for an hour.
/// </summary>
internal sealed class LostChannels(int limit)
{
    private static readonly CaptureDuration Memory = CaptureDuration.FromSeconds(3600);

    private readonly Dictionary<(Endpoint Client, uint Cid), Loss> _lost = [];
    private CaptureTime _sweptAt;

    public void Add(Endpoint client, uint cid, PvName pv, CaptureTime at)
    {
        if (_lost.Count >= limit && at - _sweptAt > CaptureDuration.FromSeconds(60))
        {
            Sweep(at);
        }

        if (_lost.Count < limit)
        {
            _lost[(client.Host, cid)] = new Loss(pv, at);
        }
    }

    /// <summary>A channel was created.</summary>
    /// <returns>For how long its client had been without it; null if it had not lost it.</returns>
    public CaptureDuration? TryTake(Endpoint client, uint cid, PvName pv, CaptureTime now)
    {
        if (!_lost.TryGetValue((client.Host, cid), out var loss) || !loss.Pv.IsSameAs(pv))
        {
            return null;
        }

        _lost.Remove((client.Host, cid));
        return CaptureDuration.NotNegative(now - loss.At);
    }

    private void Sweep(CaptureTime now)
    {
        _sweptAt = now;
        foreach (var (key, loss) in _lost)
        {
            if (now - loss.At > Memory)
            {
                _lost.Remove(key);
            }
        }
    }

    private readonly record struct Loss(PvName Pv, CaptureTime At)
    {
        public Loss Keep(StateArchive archive) => new(archive.Name(Pv), archive.Value(At));
    }

    public void Keep(StateArchive archive)
    {
        _sweptAt = archive.Value(_sweptAt);
        foreach (var (key, loss) in archive.Items(_lost, entry => KeyValuePair.Create(archive.Value(entry.Key), entry.Value.Keep(archive))))
        {
            _lost.Add(key, loss);
        }
    }
}
