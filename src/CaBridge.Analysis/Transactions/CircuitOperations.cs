using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// What one circuit has open, keyed as the protocol keys it: cid and sid for channels, ioid for gets and puts, subscription id for monitors,
/// order for ECHO and READ_SYNC. Plain data; <see cref="CircuitCorrelator"/> gives it meaning.
/// </summary>
internal sealed class CircuitOperations
{
    public IdMap<ClientChannel> ByCid { get; } = new();

    public IdMap<ServerChannel> BySid { get; } = new();

    public IdMap<OpenRequest> ByIoid { get; } = new();

    public IdMap<Subscription> Subscriptions { get; } = new();

    /// <summary>Of <see cref="ByIoid"/>, those answered too.</summary>
    public AnswerOrder Order;

    /// <summary>Those of <see cref="ByIoid"/> that <see cref="ListRequests"/> has yet to list.</summary>
    public RecentRequests Recent { get; } = new();

    /// <summary>CLEAR_CHANNEL by cid: the id may be in use again before the reply.</summary>
    public IdMap<PendingOperation> Clears { get; } = new();

    /// <summary>First in, first out; the command of each in <see cref="PendingOperation.Sid"/>.</summary>
    public Queue<PendingOperation> Echoes { get; } = new();

    /// <summary>When bytes of the client went missing that may have held an ECHO whose reply is still to come; null if there is none such.</summary>
    public CaptureTime? ClientGapAt { get; set; }

    /// <summary>The echoes that wait and were sent before <see cref="ClientGapAt"/>.</summary>
    public int EchoesBeforeGap { get; set; }

    public void NoteClientGap(CaptureTime time) => (ClientGapAt, EchoesBeforeGap) = (time, Echoes.Count);

    /// <summary>Of the requests that wait, none was completed before this one, which may have been answered since; null if none waits.</summary>
    public CaptureTime? OldestOpen { get; set; }

    public void NoteOpen(CaptureTime requestedAt) => OldestOpen = OldestOpen is { } oldest && oldest <= requestedAt ? oldest : requestedAt;

    public void Clear()
    {
        OldestOpen = null;
        ClientGapAt = null;
        Order = default;
        ByCid.Clear();
        BySid.Clear();
        ByIoid.Clear();
        Recent.Clear();
        Subscriptions.Clear();
        Clears.Clear();
        Echoes.Clear();
    }

    /// <summary>Brings the channels' lists of requests up to date, for what was asked since the last time.</summary>
    public void ListRequests()
    {
        if (Recent.HasMore)
        {
            for (var at = ByIoid.NextIndex(0); at >= 0; at = ByIoid.NextIndex(at + 1))
            {
                List(ByIoid.IdAt(at), ref ByIoid.ValueAt(at));
            }
        }
        else
        {
            foreach (var ioid in Recent.Ids)
            {
                ref var request = ref ByIoid.Find(ioid);
                if (!Unsafe.IsNullRef(ref request))
                {
                    List(ioid, ref request);
                }
            }
        }

        Recent.Clear();
    }

    /// <summary>Lists a monitor with its channel; what is of a channel that the circuit does not tell ends with the circuit.</summary>
    public void List(uint subscriptionId, ref Subscription subscription)
    {
        ref var channel = ref BySid.Find(subscription.Request.Sid);
        if (!Unsafe.IsNullRef(ref channel))
        {
            channel.Monitors.Add(Subscriptions, subscriptionId, ref subscription);
        }
    }

    /// <summary>A request leaves the list of its channel, if it is in one; its entry is the caller's to remove.</summary>
    public void Unlist(uint ioid, ref OpenRequest request)
    {
        if (request.Link.IsListed && !ChannelItems.TryJoinNeighbours(ByIoid, ioid, request.Link))
        {
            BySid.Find(request.Request.Sid).Requests.RemoveFirst(request.Link);
        }
    }

    public void Unlist(uint subscriptionId, ref Subscription subscription)
    {
        if (subscription.Link.IsListed && !ChannelItems.TryJoinNeighbours(Subscriptions, subscriptionId, subscription.Link))
        {
            BySid.Find(subscription.Request.Sid).Monitors.RemoveFirst(subscription.Link);
        }
    }

    /// <summary>What a message is about that is still to come, of those commands that carry values; null if the circuit does not tell.</summary>
    public PvName? PvOf(Sender sender, in CaHeader header) => (sender, header.Command) switch
    {
        (Sender.Client, CaCommand.Write or CaCommand.WriteNotify) => PvOfSid(header.Parameter1),
        (Sender.Server, CaCommand.Read) => PvOfCid(header.Parameter1),
        (Sender.Server, CaCommand.ReadNotify) => PvOfIoid(header.Parameter2) ?? PvOfSubscription(header.Parameter2),
        (Sender.Server, CaCommand.EventAdd) => PvOfSubscription(header.Parameter2),
        _ => null,
    };

    private PvName? PvOfIoid(uint ioid)
    {
        ref var request = ref ByIoid.Find(ioid);
        return Unsafe.IsNullRef(ref request) ? null : request.Request.Pv;
    }

    private PvName? PvOfSubscription(uint id)
    {
        ref var subscription = ref Subscriptions.Find(id);
        return Unsafe.IsNullRef(ref subscription) ? null : subscription.Pv;
    }

    /// <summary>The name behind a server's id; null if the circuit does not tell.</summary>
    public PvName? PvOfSid(uint sid)
    {
        ref var channel = ref BySid.Find(sid);
        return Unsafe.IsNullRef(ref channel) || channel.Cleared ? null : channel.Pv;
    }

    /// <summary>As <see cref="PvOfSid"/>, of a request that the channel is to count.</summary>
    public PvName? AskedOfSid(uint sid) => AskedOfSid(sid, out _, forValue: false);

    /// <param name="connecting">The cid of a channel on its way to its first value, which this request asks for; else null.</param>
    /// <param name="forValue">Whether the request asks for a value.</param>
    public PvName? AskedOfSid(uint sid, out uint? connecting, bool forValue)
    {
        connecting = null;
        ref var channel = ref BySid.Find(sid);
        if (Unsafe.IsNullRef(ref channel) || channel.Cleared)
        {
            return null;
        }

        if (forValue && channel.LacksValue)
        {
            channel.LacksValue = false;
            connecting = channel.Cid;
        }

        channel.CountAsked();
        return channel.Pv;
    }

    /// <summary>Notes what ACCESS_RIGHTS says of a channel.</summary>
    /// <returns>Its name; null if the circuit does not tell.</returns>
    public PvName? Grant(uint cid, uint rights)
    {
        ref var channel = ref ByCid.Find(cid);
        if (Unsafe.IsNullRef(ref channel))
        {
            return null;
        }

        channel.Grant(rights);
        return channel.Pv;
    }

    /// <summary>The name behind a client's id; null if the circuit does not tell.</summary>
    public PvName? PvOfCid(uint cid)
    {
        ref var channel = ref ByCid.Find(cid);
        return Unsafe.IsNullRef(ref channel) ? null : channel.Pv;
    }

    /// <summary>Whether a message fits what is open: a reply to a request that waits, or a request that names a known channel and a free id.</summary>
    public bool IsDue(Sender sender, in CaHeader header) => sender switch
    {
        Sender.Server => IsDueFromServer(header),
        Sender.Client => IsDueFromClient(header),
        _ => false,
    };

    private void List(uint ioid, ref OpenRequest request)
    {
        ref var channel = ref BySid.Find(request.Request.Sid);
        if (!request.Link.IsListed && !Unsafe.IsNullRef(ref channel))
        {
            channel.Requests.Add(ByIoid, ioid, ref request);
        }
    }

    private bool IsDueFromServer(in CaHeader header)
    {
        switch (header.Command)
        {
            case CaCommand.CreateChan or CaCommand.CreateChFail or CaCommand.AccessRights:
                ref var channel = ref ByCid.Find(header.Parameter1);
                return !Unsafe.IsNullRef(ref channel) && channel.CreatePending;
            case CaCommand.ReadNotify or CaCommand.WriteNotify or CaCommand.Read:
                return Has(ByIoid, header.Parameter2);
            case CaCommand.EventAdd:
                return Has(Subscriptions, header.Parameter2);
            case CaCommand.ReadSync or CaCommand.Echo:
                return Echoes.Count > 0;
            case CaCommand.ClearChannel:
                return Has(Clears, header.Parameter2);
            default:
                return false;
        }
    }

    private bool IsDueFromClient(in CaHeader header) => header.Command switch
    {
        CaCommand.ReadNotify or CaCommand.WriteNotify or CaCommand.Read => HasChannel(header.Parameter1) && !Has(ByIoid, header.Parameter2),
        CaCommand.EventAdd => HasChannel(header.Parameter1) && !Has(Subscriptions, header.Parameter2),
        CaCommand.EventCancel => Has(Subscriptions, header.Parameter2),
        CaCommand.Write or CaCommand.ClearChannel => HasChannel(header.Parameter1),
        CaCommand.CreateChan => !Has(ByCid, header.Parameter1),
        CaCommand.ReadSync or CaCommand.Echo => true,
        _ => false,
    };

    private bool HasChannel(uint sid)
    {
        ref var channel = ref BySid.Find(sid);
        return !Unsafe.IsNullRef(ref channel) && !channel.Cleared;
    }

    private static bool Has<T>(IdMap<T> map, uint id)
        where T : struct => !Unsafe.IsNullRef(ref map.Find(id));

    public void Keep(StateArchive archive)
    {
        ByCid.Keep(archive, static (StateArchive archive, ref ClientChannel channel) => channel.Keep(archive));
        BySid.Keep(archive, static (StateArchive archive, ref ServerChannel channel) => channel.Keep(archive));
        ByIoid.Keep(archive, static (StateArchive archive, ref OpenRequest request) => request.Keep(archive));
        Subscriptions.Keep(archive, static (StateArchive archive, ref Subscription subscription) => subscription.Keep(archive));
        Clears.Keep(archive, static (StateArchive archive, ref PendingOperation request) => request = request.Keep(archive));
        Recent.Keep(archive);
        Order = archive.Value(Order);
        foreach (var echo in archive.Items(Echoes, echo => echo.Keep(archive)))
        {
            Echoes.Enqueue(echo);
        }

        (ClientGapAt, EchoesBeforeGap, OldestOpen) = (archive.Optional(ClientGapAt), archive.Value(EchoesBeforeGap), archive.Optional(OldestOpen));
    }
}
