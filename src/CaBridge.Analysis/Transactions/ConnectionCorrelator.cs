using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// Joins what a channel goes through until its first value: the search that found its server, its circuit's set-up, CREATE_CHAN, the first request
/// for a value. Told once, at the first value or where the channel ends before.
/// </summary>
/// <param name="handler">Without it nothing is joined.</param>
internal sealed class ConnectionCorrelator(AnalyzerOptions options, ConnectionHandler? handler)
{
    private readonly AnsweredSearches _searches = new(options.MaxSearches);
    private readonly LostChannels _lost = new(options.MaxSearches);
    private readonly Stack<int> _free = new();
    private ConnectingChannel[] _channels = [];
    private int _made;

    public void Answered(Endpoint client, uint cid, PvName name, Endpoint server, in AnsweredSearch search)
    {
        if (handler is not null)
        {
            _searches.Add(client, cid, name, server, search);
        }
    }

    /// <summary>Searches that no channel followed are forgotten.</summary>
    public void Sweep(CaptureTime now) => _searches.Sweep(now);

    /// <summary>CREATE_CHAN.</summary>
    public void Asked(in MessageContext at, uint cid, ref ClientChannel channel)
    {
        Ended(at.Circuit, ref channel, ConnectionResult.NotCreated);
        if (handler is null || channel.Pv is not { } pv)
        {
            return;
        }

        var wasSearched = _searches.TryTake(at.Circuit.Client, cid, pv, at.Circuit.Server, out var search);
        if (_made - _free.Count >= options.MaxConnecting)
        {
            return;
        }

        var place = PlaceOf();
        channel.Connecting = place + 1;
        _channels[place] = new ConnectingChannel
        {
            Pv = pv,
            Search = search,
            WasSearched = wasSearched,
            CreateAt = at.Time,
            CreateFrame = at.Frame,
            LastFrame = at.Frame,
        };
    }

    /// <summary>ACCESS_RIGHTS.</summary>
    public void Granted(in MessageContext at, uint cid)
    {
        ref var channel = ref Find(at.Operations, cid);
        if (!Unsafe.IsNullRef(ref channel) && !channel.IsCreated)
        {
            (channel.HasRights, channel.RightsAt) = (true, at.Time);
        }
    }

    /// <summary>The reply to CREATE_CHAN.</summary>
    /// <param name="connecting">As the channel has it.</param>
    /// <returns>Whether the channel's first value is awaited.</returns>
    public bool Created(in MessageContext at, uint cid, int connecting)
    {
        if (connecting == 0)
        {
            return false;
        }

        ref var channel = ref _channels[connecting - 1];
        (channel.IsCreated, channel.CreatedAt, channel.LastFrame) = (true, at.Time, at.Frame);
        channel.CreateNetwork = at.Circuit.NetworkWithin(channel.CreateAt, CaptureDuration.NotNegative(at.Time - channel.CreateAt));
        channel.Without = _lost.TryTake(at.Circuit.Client, cid, channel.Pv, at.Time);
        return true;
    }

    public void ValueAsked(in MessageContext at, uint cid)
    {
        ref var channel = ref Find(at.Operations, cid);
        if (!Unsafe.IsNullRef(ref channel))
        {
            (channel.IsValueAsked, channel.ValueAskedAt) = (true, at.Time);
        }
    }

    /// <summary>The first value.</summary>
    public void Value(in MessageContext at, uint cid)
    {
        ref var channel = ref Find(at.Operations, cid);
        if (!Unsafe.IsNullRef(ref channel) && channel is { IsCreated: true, IsValueAsked: true })
        {
            (channel.ValueAt, channel.LastFrame) = (at.Time, at.Frame);
            Tell(at.Circuit, ref at.Operations.ByCid.Find(cid), ConnectionResult.Value);
        }
    }

    /// <summary>A channel has ended, if it was still on its way.</summary>
    /// <param name="unanswered">How far it came if CREATE_CHAN was not answered.</param>
    public void Ended(Circuit circuit, ref ClientChannel channel, ConnectionResult unanswered)
    {
        if (channel.Connecting != 0)
        {
            Tell(circuit, ref channel, _channels[channel.Connecting - 1].IsCreated ? ConnectionResult.Created : unanswered);
        }
    }

    /// <summary>The circuit is over, or the recording.</summary>
    public void Close(in CircuitEnd end, CircuitOperations operations)
    {
        if (handler is null)
        {
            return;
        }

        var channels = operations.ByCid;
        for (var at = channels.NextIndex(0); at >= 0; at = channels.NextIndex(at + 1))
        {
            ref var channel = ref channels.ValueAt(at);
            Ended(end.Circuit, ref channel, ConnectionResult.NotCreated);
            if (end.Circuit.IsEndedByServer && channel is { HasSid: true, Pv: { } pv })
            {
                _lost.Add(end.Circuit.Client, channels.IdAt(at), pv, end.Now);
            }
        }
    }

    private void Tell(Circuit circuit, ref ClientChannel channel, ConnectionResult result)
    {
        var place = channel.Connecting - 1;
        channel.Connecting = 0;
        handler!(_channels[place].Describe(circuit, result));
        _free.Push(place);
    }

    private ref ConnectingChannel Find(CircuitOperations operations, uint cid)
    {
        ref var channel = ref operations.ByCid.Find(cid);
        return ref Unsafe.IsNullRef(ref channel) || channel.Connecting == 0 ? ref Unsafe.NullRef<ConnectingChannel>() : ref _channels[channel.Connecting - 1];
    }

    private int PlaceOf()
    {
        if (_free.TryPop(out var place))
        {
            return place;
        }

        if (_made == _channels.Length)
        {
            Array.Resize(ref _channels, Math.Max(16, 2 * _made));
        }

        return _made++;
    }

    public void Keep(StateArchive archive)
    {
        _searches.Keep(archive);
        _lost.Keep(archive);
        _made = archive.Count(_made);
        if (_channels.Length < _made)
        {
            Array.Resize(ref _channels, _made);
        }

        // the one that is used next is the last
        var free = _free.Reverse().ToArray();
        Array.Resize(ref free, archive.Count(free.Length));
        archive.Values<int>(free);
        var isFree = new bool[_made];
        Array.ForEach(free, place => isFree[place] = true);
        for (var place = 0; place < _made; place++)
        {
            if (!isFree[place])
            {
                _channels[place].Keep(archive);
            }
        }

        if (archive.IsLoading)
        {
            Array.ForEach(free, _free.Push);
        }
    }
}
