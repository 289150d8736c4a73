using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Transactions;

/// <content>Channels: CREATE_CHAN, CLEAR_CHANNEL, CREATE_CH_FAIL, SERVER_DISCONN.</content>
internal sealed partial class CircuitCorrelator
{
    private PvName? Create(in MessageContext at, uint cid, PvName pv)
    {
        if (!HasRoom(at, Operation.Create))
        {
            return pv;
        }

        ref var channel = ref at.Operations.ByCid.GetOrAdd(cid, out var existed);
        if (existed && channel.CreatePending)
        {
            anomalies.Add(AnomalyKind.IdReused, at.Frame);
            log.EndUnanswered(at.End(Outcome.Pending), channel.Request);
        }

        _channels += existed ? 0 : 1;
        channel = new ClientChannel { Request = at.Request(Operation.Create, pv, sid: 0), CreatePending = true };
        return pv;
    }

    private PvName? Created(in MessageContext at, uint cid, uint sid)
    {
        ref var channel = ref at.Operations.ByCid.Find(cid);
        if (Unsafe.IsNullRef(ref channel))
        {
            log.NoRequest(at, Operation.Create, pv: null, EcaStatus.Normal);
            if (_channels < options.MaxChannels)
            {
                _channels++;
                at.Operations.ByCid.GetOrAdd(cid, out _) = new ClientChannel { HasSid = true, Sid = sid };
                at.Operations.BySid.GetOrAdd(sid, out _) = new ServerChannel(cid, Pv: null);
            }

            return null;
        }

        if (!channel.CreatePending)
        {
            anomalies.Add(AnomalyKind.ReplyDuplicate, at.Frame);
            return channel.Pv;
        }

        channel.CreatePending = false;
        channel.HasSid = true;
        channel.Sid = sid;
        at.Operations.BySid.GetOrAdd(sid, out _) = new ServerChannel(cid, channel.Pv);
        log.End(at, channel.Request, Outcome.Answered, EcaStatus.Normal);
        return channel.Pv;
    }

    private PvName? CreateFailed(in MessageContext at, uint cid, uint status)
    {
        if (!at.Operations.ByCid.Remove(cid, out var channel))
        {
            log.NoRequest(at, Operation.Create, pv: null, status);
            return null;
        }

        _channels--;
        if (channel.CreatePending)
        {
            log.End(at, channel.Request, Outcome.Failed, status);
        }

        return channel.Pv;
    }

    private PvName? Disconnected(in MessageContext at, uint cid)
    {
        if (!at.Operations.ByCid.Remove(cid, out var channel))
        {
            return null;
        }

        _channels--;
        if (channel.CreatePending)
        {
            log.EndUnanswered(at.End(Outcome.CircuitClosed), channel.Request);
        }

        if (channel.HasSid)
        {
            at.Operations.BySid.Remove(channel.Sid, out _);
        }

        return channel.Pv;
    }

    private PvName? Clear(in MessageContext at, uint sid, uint cid)
    {
        var pv = at.Operations.PvOfSid(sid) ?? at.Operations.PvOfCid(cid);
        ref var channel = ref at.Operations.ByCid.Find(cid);
        if (!Unsafe.IsNullRef(ref channel) && channel.HasSid && channel.Sid == sid)
        {
            at.Operations.ByCid.Remove(cid, out _);
            _channels--;
        }

        at.Operations.BySid.Remove(sid, out _);
        if (HasRoom(at, Operation.Clear))
        {
            ref var request = ref at.Operations.Clears.GetOrAdd(cid, out var existed);
            if (existed)
            {
                anomalies.Add(AnomalyKind.IdReused, at.Frame);
                log.EndUnanswered(at.End(Outcome.Pending), request);
            }

            request = at.Request(Operation.Clear, pv, sid);
        }

        return pv;
    }

    private PvName? Cleared(in MessageContext at, uint cid)
    {
        if (at.Operations.Clears.Remove(cid, out var request))
        {
            log.End(at, request, Outcome.Answered, EcaStatus.Normal);
            return request.Pv;
        }

        log.NoRequest(at, Operation.Clear, pv: null, EcaStatus.Normal);
        return null;
    }
}
