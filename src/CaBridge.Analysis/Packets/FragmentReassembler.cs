using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Packets;

/// <summary>
/// Puts IP datagrams together, whatever the order of their fragments. Holds at most <paramref name="maxDatagrams"/> unfinished ones and gives up
/// the one that was quiet for longest (<see cref="AnomalyKind.TableEvicted"/>); one that is not complete after 30 s of capture time is
/// counted as <see cref="AnomalyKind.FragmentsIncomplete"/>.
/// </summary>
/// <param name="maxDatagrams">At least 1.</param>
internal sealed class FragmentReassembler(int maxDatagrams, AnomalyLog anomalies)
{
    private const int RememberedKeys = 16;

    /// <summary>RFC 791 leaves it to the host; this is Linux' time for IPv4.</summary>
    private static readonly CaptureDuration Lifetime = CaptureDuration.FromSeconds(30);

    /// <summary>How long a fragment may still be the second recording of one whose datagram is complete.</summary>
    private static readonly CaptureDuration Remembrance = CaptureDuration.FromSeconds(1);

    private readonly Dictionary<FragmentKey, LinkedListNode<FragmentedDatagram>> _byKey = [];

    // quiet for longest first
    private readonly LinkedList<FragmentedDatagram> _unfinished = new();
    private readonly Stack<LinkedListNode<FragmentedDatagram>> _spare = new();
    private readonly (FragmentKey Key, CaptureTime Time)[] _completed = new (FragmentKey, CaptureTime)[RememberedKeys];
    private long _completedCount;

    /// <param name="ip">The fragment's header; on completion that of the whole datagram.</param>
    /// <param name="bytes">The fragment; on completion the whole datagram, a view that stays valid until the next call.</param>
    public FragmentOutcome Add(ref IpHeader ip, ref FrameBytes bytes, CaptureTime time, long frame)
    {
        Expire(time);
        var key = FragmentKey.Of(ip);
        if (_byKey.TryGetValue(key, out var node) && time - node.Value.FirstSeen > Lifetime)
        {
            CountIncomplete(node.Value);
            Release(node);
            node = null;
        }

        if (node is null)
        {
            if (WasCompleted(key, time))
            {
                return FragmentOutcome.Duplicate;
            }

            node = Open(key, time, frame);
        }
        else
        {
            _unfinished.Remove(node);
            _unfinished.AddLast(node);
        }

        var outcome = node.Value.Add(ip, bytes, time);
        if (outcome == FragmentOutcome.Complete)
        {
            _completed[_completedCount++ % RememberedKeys] = (key, time);
            ip = ip with { Protocol = node.Value.Protocol, FragmentOffset = 0, MoreFragments = false };
            bytes = node.Value.Payload;
            Release(node);
        }
        else if (outcome == FragmentOutcome.Malformed && node.Value.PresentBytes == 0)
        {
            Release(node);
        }

        return outcome;
    }

    /// <summary>Gives up what has had no fragment for 30 s by <paramref name="now"/>.</summary>
    public void Expire(CaptureTime now)
    {
        while (_unfinished.First is { } oldest && now - oldest.Value.LastSeen > Lifetime)
        {
            CountIncomplete(oldest.Value);
            Release(oldest);
        }
    }

    /// <summary>Gives up all that is unfinished.</summary>
    public void Complete()
    {
        while (_unfinished.First is { } oldest)
        {
            CountIncomplete(oldest.Value);
            Release(oldest);
        }
    }

    private LinkedListNode<FragmentedDatagram> Open(FragmentKey key, CaptureTime time, long frame)
    {
        if (_unfinished.Count >= maxDatagrams && _unfinished.First is { } oldest)
        {
            anomalies.Add(AnomalyKind.TableEvicted, oldest.Value.FirstFrame, oldest.Value.PresentBytes);
            Release(oldest);
        }

        if (!_spare.TryPop(out var node))
        {
            node = new LinkedListNode<FragmentedDatagram>(new FragmentedDatagram());
        }

        node.Value.Restart(key, time, frame);
        _byKey.Add(key, node);
        _unfinished.AddLast(node);
        return node;
    }

    private void Release(LinkedListNode<FragmentedDatagram> node)
    {
        _byKey.Remove(node.Value.Key);
        _unfinished.Remove(node);
        _spare.Push(node);
    }

    private void CountIncomplete(FragmentedDatagram datagram) =>
        anomalies.Add(AnomalyKind.FragmentsIncomplete, datagram.FirstFrame, datagram.PresentBytes);

    private bool WasCompleted(FragmentKey key, CaptureTime time)
    {
        for (var i = 0; i < Math.Min(_completedCount, RememberedKeys); i++)
        {
            if (_completed[i].Key == key && time - _completed[i].Time <= Remembrance)
            {
                return true;
            }
        }

        return false;
    }

    public void Keep(StateArchive archive)
    {
        archive.Values<(FragmentKey Key, CaptureTime Time)>(_completed);
        _completedCount = archive.Value(_completedCount);
        foreach (var datagram in archive.Items(_unfinished, datagram => FragmentedDatagram.Keep(archive, datagram)))
        {
            _byKey.Add(datagram.Key, _unfinished.AddLast(datagram));
        }
    }
}
