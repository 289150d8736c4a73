using System.Buffers;
using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// Pairs the requests and replies of circuits. One switch for each direction, in the order of the command codes:
/// <code>
///  request                      waits as                  ended by
///  1  EVENT_ADD                 subscription id           first 1, or 11
///  3  READ, 15 READ_NOTIFY      ioid                      same command, or 11
///  10 READ_SYNC, 23 ECHO        first in, first out       same command
///  12 CLEAR_CHANNEL             cid                       12
///  18 CREATE_CHAN               cid                       18, 26
///  19 WRITE_NOTIFY              ioid                      19, or 11
/// </code>
/// </summary>
internal sealed partial class CircuitCorrelator(
    AnalyzerOptions options, NameTable names, PeerNames peers, ChannelPlaces places, TransactionLog log, ConnectionCorrelator connections, AnomalyLog anomalies)
{
    /// <summary>Of all circuits, as of the message before this one.</summary>
    private int _subscriptions;

    /// <summary>Takes one message of a circuit whose sender is known.</summary>
    /// <returns>The PV that it is about, if that can be told.</returns>
    public PvName? Take(Circuit circuit, Sender sender, in CaMessage message, CaptureTime time, long frame)
    {
        var operations = circuit.Operations!;
        var at = new MessageContext(circuit, operations, time, frame, message.Header.MessageLength);
        var subscriptions = operations.Subscriptions.Count;
        var pv = sender == Sender.Client ? TakeRequest(at, message) : TakeReply(at, message);
        _subscriptions += operations.Subscriptions.Count - subscriptions;
        return pv;
    }

    /// <summary>The circuit is over, or the recording: ends every open request. The operations are done with then.</summary>
    public void Close(in CircuitEnd end, CircuitOperations operations)
    {
        connections.Close(end, operations);
        _subscriptions -= operations.Subscriptions.Count;
        for (var at = operations.ByCid.NextIndex(0); at >= 0; at = operations.ByCid.NextIndex(at + 1))
        {
            ref var channel = ref operations.ByCid.ValueAt(at);
            places.Remove(channel.Place);
            if (channel.CreatePending)
            {
                log.EndUnanswered(end, channel.Request);
            }
        }

        for (var at = operations.ByIoid.NextIndex(0); at >= 0; at = operations.ByIoid.NextIndex(at + 1))
        {
            ref var open = ref operations.ByIoid.ValueAt(at);
            log.EndUnanswered(end, open.Request, operations.Order.IsSkipped(open.Request.Order));
        }

        for (var at = operations.Subscriptions.NextIndex(0); at >= 0; at = operations.Subscriptions.NextIndex(at + 1))
        {
            ref var subscription = ref operations.Subscriptions.ValueAt(at);
            if (!subscription.Updated)
            {
                log.EndUnanswered(end, subscription.Request);
            }
        }

        for (var at = operations.Clears.NextIndex(0); at >= 0; at = operations.Clears.NextIndex(at + 1))
        {
            log.EndUnanswered(end, operations.Clears.ValueAt(at));
        }

        foreach (var echo in operations.Echoes)
        {
            log.EndUnanswered(end, echo);
        }
    }

    private static Outcome OutcomeOf(uint status) => status == EcaStatus.Normal ? Outcome.Answered : Outcome.Failed;

    private PvName? TakeRequest(in MessageContext at, in CaMessage message)
    {
        var header = message.Header;
        var operations = at.Operations;
        switch (header.Command)
        {
            case CaCommand.Version:
                at.Circuit.NoteClient(minorVersion: header.DataCount, priority: header.DataType, at.Time);
                return null;
            case CaCommand.EventAdd:
                return Subscribe(at, sid: header.Parameter1, subscriptionId: header.Parameter2);
            case CaCommand.EventCancel:
                ref var cancelled = ref operations.Subscriptions.Find(header.Parameter2);
                if (!Unsafe.IsNullRef(ref cancelled))
                {
                    cancelled.Cancelled = true;
                }

                return operations.PvOfSid(header.Parameter1);
            case CaCommand.Read:
                return Ask(at, Operation.Read, sid: header.Parameter1, ioid: header.Parameter2);
            case CaCommand.Write:
                return operations.AskedOfSid(header.Parameter1);
            case CaCommand.ReadSync or CaCommand.Echo:
                if (HasRoom(at, Operation.Echo))
                {
                    operations.Echoes.Enqueue(at.Request(Operation.Echo, pv: null, sid: (uint)header.Command));
                }

                return null;
            case CaCommand.ClearChannel:
                return Clear(at, sid: header.Parameter1, cid: header.Parameter2);
            case CaCommand.ReadNotify:
                return Ask(at, Operation.Get, sid: header.Parameter1, ioid: header.Parameter2);
            case CaCommand.CreateChan:
                return Create(at, cid: header.Parameter1, message.HasWholeText ? names.Get(message.Payload) : null);
            case CaCommand.WriteNotify:
                return Ask(at, Operation.Put, sid: header.Parameter1, ioid: header.Parameter2);
            case CaCommand.ClientName when message.HasWholeText:
                at.Circuit.UserName = peers.Get(message.Payload);
                return null;
            case CaCommand.HostName when message.HasWholeText:
                at.Circuit.HostName = peers.Get(message.Payload);
                return null;
            default:
                return null;
        }
    }

    private PvName? TakeReply(in MessageContext at, in CaMessage message)
    {
        var header = message.Header;
        var operations = at.Operations;
        switch (header.Command)
        {
            case CaCommand.Version:
                at.Circuit.NoteServer(minorVersion: header.DataCount);
                return null;
            case CaCommand.EventAdd:
                return Update(at, status: header.Parameter1, subscriptionId: header.Parameter2, header.PayloadSize == 0);
            case CaCommand.Read:
                return Answer(at, Operation.Read, ioid: header.Parameter2, EcaStatus.Normal) ?? operations.PvOfCid(header.Parameter1);
            case CaCommand.ReadSync or CaCommand.Echo:
                AnswerEcho(at, header.Command);
                return null;
            case CaCommand.Error:
                return Fail(at, cid: header.Parameter1, status: header.Parameter2, message.Payload);
            case CaCommand.ClearChannel:
                return Cleared(at, sid: header.Parameter1, cid: header.Parameter2);
            case CaCommand.ReadNotify:
                return Answer(at, Operation.Get, ioid: header.Parameter2, status: header.Parameter1);
            case CaCommand.CreateChan:
                return Created(
                    at, cid: header.Parameter1, sid: header.Parameter2, nativeType: header.DataType, elementCount: header.DataCount);
            case CaCommand.WriteNotify:
                return Answer(at, Operation.Put, ioid: header.Parameter2, status: header.Parameter1);
            case CaCommand.AccessRights:
                connections.Granted(at, cid: header.Parameter1);
                return operations.Grant(cid: header.Parameter1, rights: header.Parameter2);
            case CaCommand.CreateChFail:
                return CreateFailed(at, cid: header.Parameter1, status: 0);
            case CaCommand.ServerDisconn:
                return Disconnected(at, cid: header.Parameter1);
            default:
                return null;
        }
    }

    private PvName? Ask(in MessageContext at, Operation operation, uint sid, uint ioid)
    {
        var pv = at.Operations.AskedOfSid(sid, out var connecting, forValue: operation != Operation.Put);
        if (connecting is { } cid)
        {
            connections.ValueAsked(at, cid);
        }

        if (!HasRoom(at, operation))
        {
            return pv;
        }

        ref var open = ref at.Operations.ByIoid.GetOrAdd(ioid, out var existed);
        if (existed)
        {
            anomalies.Add(AnomalyKind.IdReused, at.Frame);
            log.EndUnanswered(at.End(Outcome.Pending), open.Request, at.Operations.Order.IsSkipped(open.Request.Order));
            at.Operations.Unlist(ioid, ref open);
        }

        open = new OpenRequest { Request = at.Request(operation, pv, sid) with { IsFirstValue = connecting is not null, Order = at.Operations.Order.Next() } };
        at.Operations.Recent.Note(ioid, at.Operations.ByIoid.Count);
        return pv;
    }

    private PvName? Answer(in MessageContext at, Operation operation, uint ioid, uint status)
    {
        var requests = at.Operations.ByIoid;
        var index = requests.IndexOf(ioid);
        if (index < 0 || requests.ValueAt(index).Request.Operation != operation)
        {
            log.NoRequest(at, operation, status);
            return null;
        }

        ref var open = ref requests.ValueAt(index);
        var pv = open.Request.Pv;
        log.End(at, open.Request, OutcomeOf(status), status);
        at.Operations.Order.Answered(open.Request.Order);
        TakeFirstValue(at, open.Request, status);
        at.Operations.Unlist(ioid, ref open);
        requests.RemoveAt(index);
        return pv;
    }

    /// <summary>The reply to the first request for a value of a channel; where it has none, the next request may bring it.</summary>
    private void FirstValue(in MessageContext at, in PendingOperation request, uint status)
    {
        ref var channel = ref at.Operations.BySid.Find(request.Sid);
        if (Unsafe.IsNullRef(ref channel))
        {
            return;
        }

        if (status == EcaStatus.Normal)
        {
            connections.Value(at, channel.Cid);
        }
        else
        {
            channel.LacksValue = true;
        }
    }

    /// <summary>ERROR carries the header of the request that failed (specification, "CA_PROTO_ERROR").</summary>
    private PvName? Fail(in MessageContext at, uint cid, uint status, ReadOnlySpan<byte> payload)
    {
        var byCid = at.Operations.PvOfCid(cid);
        if (CaHeader.TryRead(payload, out var failed) != OperationStatus.Done)
        {
            return byCid;
        }

        switch (failed.Command)
        {
            case CaCommand.Read:
                return Answer(at, Operation.Read, ioid: failed.Parameter2, status) ?? byCid;
            case CaCommand.ReadNotify:
                return Answer(at, Operation.Get, ioid: failed.Parameter2, status) ?? byCid;
            case CaCommand.WriteNotify:
                return Answer(at, Operation.Put, ioid: failed.Parameter2, status) ?? byCid;
            case CaCommand.CreateChan:
                return CreateFailed(at, cid: failed.Parameter1, status) ?? byCid;
            case CaCommand.EventAdd:
                ref var subscription = ref at.Operations.Subscriptions.Find(failed.Parameter2);
                if (Unsafe.IsNullRef(ref subscription))
                {
                    return byCid;
                }

                var pv = subscription.Pv;
                if (!subscription.Updated)
                {
                    log.End(at, subscription.Request, Outcome.Failed, status);
                    subscription.Updated = true;
                    TakeFirstValue(at, subscription.Request, status);
                }

                at.Operations.Unlist(failed.Parameter2, ref subscription);
                at.Operations.Subscriptions.Remove(failed.Parameter2, out _);
                return pv ?? byCid;
            case CaCommand.ClearChannel:
                if (at.Operations.Clears.Remove(failed.Parameter2, out var clear))
                {
                    log.End(at, clear, Outcome.Failed, status);
                    EndChannel(at, clear.Sid, cid: failed.Parameter2);
                }

                return clear.Pv ?? byCid;
            default:
                return byCid ?? at.Operations.PvOfSid(failed.Parameter1);
        }
    }

    /// <summary>Counts a request; one that finds no room is ended at once, as nobody will know of its reply.</summary>
    private bool HasRoom(in MessageContext at, Operation operation)
    {
        log.Requested(operation);
        at.Operations.OldestOpen ??= at.Time;
        var hasRoom = log.Open + log.Overdue <= options.MaxPending && operation switch
        {
            Operation.Create => places.Count < options.MaxChannels,
            Operation.Subscribe => HasSubscriptionRoom(),
            _ => true,
        };
        if (hasRoom)
        {
            return true;
        }

        anomalies.Add(AnomalyKind.TableEvicted, at.Frame);
        log.EndUnanswered(at.End(Outcome.Pending), at.Request(operation, pv: null, sid: 0));
        return false;
    }
}
