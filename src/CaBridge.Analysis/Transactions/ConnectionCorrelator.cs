using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Connections;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// Joins what a channel goes through until its first value: the search that found its server, its circuit's set-up, CREATE_CHAN, the first request
/// for a value. Told once, at the first value or where the channel ends before.
/// </summary>
/// <param name="handler">Without it nothing is joined, and what was lost is remembered nevertheless.</param>
internal sealed class ConnectionCorrelator(AnalyzerOptions options, ConnectionHandler? handler)
{
    private readonly AnsweredSearches _searches = new(options.MaxSearches);
    private readonly LostChannels _lost = new(options.MaxSearches);
    private int _connecting;

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
    public void Asked(in MessageContext at, uint cid, PvName? pv)
    {
        if (handler is null || pv is null)
        {
            return;
        }

        Ended(at.Circuit, cid, ConnectionResult.NotCreated);
        var wasSearched = _searches.TryTake(at.Circuit.Client, cid, pv, at.Circuit.Server, out var search);
        if (_connecting >= options.MaxConnecting)
        {
            return;
        }

        _connecting++;
        at.Operations.Connecting.GetOrAdd(cid, out _) = new ConnectingChannel
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
    public static void Granted(in MessageContext at, uint cid)
    {
        ref var channel = ref at.Operations.Connecting.Find(cid);
        if (!Unsafe.IsNullRef(ref channel) && !channel.IsCreated)
        {
            (channel.HasRights, channel.RightsAt) = (true, at.Time);
        }
    }

    /// <summary>The reply to CREATE_CHAN.</summary>
    /// <returns>Whether the channel's first value is awaited.</returns>
    public bool Created(in MessageContext at, uint cid)
    {
        ref var channel = ref at.Operations.Connecting.Find(cid);
        if (Unsafe.IsNullRef(ref channel))
        {
            return false;
        }

        (channel.IsCreated, channel.CreatedAt, channel.LastFrame) = (true, at.Time, at.Frame);
        channel.CreateNetwork = at.Circuit.NetworkWithin(channel.CreateAt, CaptureDuration.NotNegative(at.Time - channel.CreateAt));
        channel.Without = _lost.TryTake(at.Circuit.Client, cid, channel.Pv, at.Time);
        return true;
    }

    public static void ValueAsked(in MessageContext at, uint cid)
    {
        ref var channel = ref at.Operations.Connecting.Find(cid);
        if (!Unsafe.IsNullRef(ref channel))
        {
            (channel.IsValueAsked, channel.ValueAskedAt) = (true, at.Time);
        }
    }

    /// <summary>The first value.</summary>
    public void Value(in MessageContext at, uint cid)
    {
        ref var channel = ref at.Operations.Connecting.Find(cid);
        if (!Unsafe.IsNullRef(ref channel) && channel is { IsCreated: true, IsValueAsked: true })
        {
            (channel.ValueAt, channel.LastFrame) = (at.Time, at.Frame);
            Tell(at.Circuit, cid, ConnectionResult.Value);
        }
    }

    /// <summary>A channel has ended, if it was still on its way.</summary>
    /// <param name="unanswered">How far it came if CREATE_CHAN was not answered.</param>
    public void Ended(Circuit circuit, uint cid, ConnectionResult unanswered)
    {
        ref var channel = ref circuit.Operations!.Connecting.Find(cid);
        if (!Unsafe.IsNullRef(ref channel))
        {
            Tell(circuit, cid, channel.IsCreated ? ConnectionResult.Created : unanswered);
        }
    }

    /// <summary>The circuit is over, or the recording.</summary>
    public void Close(in CircuitEnd end, CircuitOperations operations)
    {
        var connecting = operations.Connecting;
        for (var at = connecting.NextIndex(0); at >= 0; at = connecting.NextIndex(at + 1))
        {
            ref var channel = ref connecting.ValueAt(at);
            handler?.Invoke(channel.Describe(end.Circuit, channel.IsCreated ? ConnectionResult.Created : ConnectionResult.NotCreated));
        }

        _connecting -= connecting.Count;
        if (!end.Circuit.IsEndedByServer)
        {
            return;
        }

        var channels = operations.ByCid;
        for (var at = channels.NextIndex(0); at >= 0; at = channels.NextIndex(at + 1))
        {
            ref var channel = ref channels.ValueAt(at);
            if (channel is { HasSid: true, Pv: { } pv })
            {
                _lost.Add(end.Circuit.Client, channels.IdAt(at), pv, end.Now);
            }
        }
    }

    private void Tell(Circuit circuit, uint cid, ConnectionResult result)
    {
        circuit.Operations!.Connecting.Remove(cid, out var channel);
        _connecting--;
        handler!(channel.Describe(circuit, result));
    }
}
