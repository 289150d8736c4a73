using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Connections;

namespace CaBridge.Analysis.Transactions;

/// <content>Channels: CREATE_CHAN, CLEAR_CHANNEL, CREATE_CH_FAIL, SERVER_DISCONN.</content>
internal sealed partial class CircuitCorrelator
{
    private PvName? Create(in MessageContext at, uint cid, PvName? pv)
    {
        if (!HasRoom(at, Operation.Create))
        {
            return pv;
        }

        ref var channel = ref at.Operations.ByCid.GetOrAdd(cid, out var existed);
        if (!existed)
        {
            channel = new ClientChannel { Place = places.Add(at.Circuit.Place, cid) };
        }
        else if (channel.CreatePending)
        {
            anomalies.Add(AnomalyKind.IdReused, at.Frame);
            log.EndUnanswered(at.End(Outcome.Pending), channel.Request);
        }

        channel.Ask(at.Request(Operation.Create, pv, sid: 0));
        connections.Asked(at, cid, ref channel);
        return pv;
    }

    private PvName? Created(in MessageContext at, uint cid, uint sid, uint nativeType, uint elementCount)
    {
        ref var channel = ref at.Operations.ByCid.Find(cid);
        if (Unsafe.IsNullRef(ref channel))
        {
            log.NoRequest(at, Operation.Create, EcaStatus.Normal);
            if (places.Count < options.MaxChannels)
            {
                ref var unasked = ref at.Operations.ByCid.GetOrAdd(cid, out _);
                unasked = new ClientChannel { Place = places.Add(at.Circuit.Place, cid) };
                unasked.Connect(sid, nativeType, elementCount, at.Time);
                StartChannel(at, sid, cid, pv: null);
            }

            return null;
        }

        if (!channel.CreatePending)
        {
            anomalies.Add(AnomalyKind.ReplyDuplicate, at.Frame);
            return channel.Pv;
        }

        if (channel.HasSid)
        {
            // The cid came again although neither CLEAR_CHANNEL nor SERVER_DISCONN was seen.
            EndChannel(at, channel.Sid, cid);
        }

        // Read first: a channel that had the sid, and leaves the table, may move this one.
        var (request, connecting) = (channel.Request, channel.Connecting);
        channel.Connect(sid, nativeType, elementCount, at.Time);
        StartChannel(at, sid, cid, request.Pv);
        at.Operations.BySid.Find(sid).LacksValue = connections.Created(at, cid, connecting);
        log.End(at, request, Outcome.Answered, EcaStatus.Normal);
        return request.Pv;
    }

    private PvName? CreateFailed(in MessageContext at, uint cid, uint status)
    {
        if (!at.Operations.ByCid.Remove(cid, out var channel))
        {
            log.NoRequest(at, Operation.Create, status);
            return null;
        }

        places.Remove(channel.Place);
        connections.Ended(at.Circuit, ref channel, ConnectionResult.Refused);
        if (channel.CreatePending)
        {
            log.End(at, channel.Request, Outcome.Failed, status);
        }

        if (channel.HasSid)
        {
            EndChannel(at, channel.Sid, cid);
        }

        return channel.Pv;
    }

    private PvName? Disconnected(in MessageContext at, uint cid)
    {
        if (!at.Operations.ByCid.Remove(cid, out var channel))
        {
            EndCleared(at, cid);
            return null;
        }

        places.Remove(channel.Place);
        connections.Ended(at.Circuit, ref channel, ConnectionResult.NotCreated);
        if (channel.CreatePending)
        {
            log.EndUnanswered(at.End(Outcome.CircuitClosed), channel.Request);
        }

        if (channel.HasSid)
        {
            EndChannel(at, channel.Sid, cid);
        }

        return channel.Pv;
    }

    private PvName? Clear(in MessageContext at, uint sid, uint cid)
    {
        var pv = at.Operations.PvOfSid(sid) ?? at.Operations.PvOfCid(cid);
        ForgetCid(at, sid, cid);
        ref var channel = ref at.Operations.BySid.Find(sid);
        if (!Unsafe.IsNullRef(ref channel))
        {
            channel.Cleared = true;
        }

        if (!HasRoom(at, Operation.Clear))
        {
            EndChannel(at, sid, cid);
            return pv;
        }

        ref var request = ref at.Operations.Clears.GetOrAdd(cid, out var existed);
        if (existed)
        {
            anomalies.Add(AnomalyKind.IdReused, at.Frame);
            log.EndUnanswered(at.End(Outcome.Pending), request);
            if (request.Sid != sid)
            {
                EndChannel(at, request.Sid, cid);
            }
        }

        request = at.Request(Operation.Clear, pv, sid);
        return pv;
    }

    private PvName? Cleared(in MessageContext at, uint sid, uint cid)
    {
        if (at.Operations.Clears.Remove(cid, out var request))
        {
            log.End(at, request, Outcome.Answered, EcaStatus.Normal);
            EndChannel(at, request.Sid, cid);
        }
        else
        {
            log.NoRequest(at, Operation.Clear, EcaStatus.Normal);
            ForgetCid(at, sid, cid);
        }

        EndChannel(at, sid, cid);
        return request.Pv;
    }

    /// <summary>The server has given out a sid. What had it, or was cleared under this cid, has ended there, though nothing said so.</summary>
    private void StartChannel(in MessageContext at, uint sid, uint cid, PvName? pv)
    {
        EndCleared(at, cid);
        ref var before = ref at.Operations.BySid.Find(sid);
        if (!Unsafe.IsNullRef(ref before))
        {
            var beforeCid = before.Cid;
            EndChannel(at, sid, beforeCid);
            if (beforeCid != cid)
            {
                ForgetCid(at, sid, beforeCid);
            }
        }

        at.Operations.BySid.GetOrAdd(sid, out _) = new ServerChannel { Cid = cid, Pv = pv };
    }

    /// <summary>The client does not know the channel any more, or the server told so; a CREATE_CHAN that waits is of another one.</summary>
    private void ForgetCid(in MessageContext at, uint sid, uint cid)
    {
        ref var channel = ref at.Operations.ByCid.Find(cid);
        if (!Unsafe.IsNullRef(ref channel) && channel.HasSid && channel.Sid == sid && !channel.CreatePending)
        {
            places.Remove(channel.Place);
            connections.Ended(at.Circuit, ref channel, ConnectionResult.NotCreated);
            at.Operations.ByCid.Remove(cid, out _);
        }
    }

    /// <summary>A channel of which the client has sent CLEAR_CHANNEL has ended, and the echo will not come.</summary>
    private void EndCleared(in MessageContext at, uint cid)
    {
        ref var clear = ref at.Operations.Clears.Find(cid);
        if (!Unsafe.IsNullRef(ref clear))
        {
            EndChannel(at, clear.Sid, cid);
        }
    }

    /// <summary>
    /// The server is done with a channel: nothing that it has open will be answered. CLEAR_CHANNEL alone does not say so, as replies may be
    /// under way; its echo does.
    /// </summary>
    private void EndChannel(in MessageContext at, uint sid, uint cid)
    {
        ref var found = ref at.Operations.BySid.Find(sid);
        if (Unsafe.IsNullRef(ref found) || !(found.Cleared || found.Cid == cid))
        {
            return;
        }

        at.Operations.ListRequests();
        at.Operations.BySid.Remove(sid, out var channel);
        var end = at.End(Outcome.CircuitClosed);
        while (channel.Requests.TryTake(at.Operations.ByIoid, out var open))
        {
            log.EndUnanswered(end, open.Request, at.Operations.Order.IsSkipped(open.Request.Order));
        }

        while (channel.Monitors.TryTake(at.Operations.Subscriptions, out var subscription))
        {
            if (!subscription.Updated)
            {
                log.EndUnanswered(end, subscription.Request);
            }
        }
    }
}
