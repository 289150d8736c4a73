using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Transactions;

/// <content>Monitors: EVENT_ADD, its updates, and their end.</content>
internal sealed partial class CircuitCorrelator
{
    private PvName? Subscribe(in MessageContext at, uint sid, uint subscriptionId)
    {
        var pv = at.Operations.AskedOfSid(sid, out var connecting, forValue: true);
        if (connecting is { } cid)
        {
            connections.ValueAsked(at, cid);
        }

        if (!HasRoom(at, Operation.Subscribe))
        {
            return pv;
        }

        ref var subscription = ref at.Operations.Subscriptions.GetOrAdd(subscriptionId, out var existed);
        if (existed)
        {
            at.Operations.Unlist(subscriptionId, ref subscription);
            if (!subscription.Updated)
            {
                anomalies.Add(AnomalyKind.IdReused, at.Frame);
                log.EndUnanswered(at.End(Outcome.Pending), subscription.Request);
            }
        }

        subscription = new Subscription { Request = at.Request(Operation.Subscribe, pv, sid) with { IsFirstValue = connecting is not null } };
        at.Operations.List(subscriptionId, ref subscription);
        return pv;
    }

    private PvName? Update(in MessageContext at, uint status, uint subscriptionId, bool isEmpty)
    {
        ref var subscription = ref at.Operations.Subscriptions.Find(subscriptionId);
        if (Unsafe.IsNullRef(ref subscription))
        {
            if (isEmpty)
            {
                return null;
            }

            if (!HasSubscriptionRoom())
            {
                anomalies.Add(AnomalyKind.TableEvicted, at.Frame, at.Bytes);
            }
            else
            {
                log.NoRequest(at, Operation.Subscribe, status);
                at.Operations.Subscriptions.GetOrAdd(subscriptionId, out _) = new Subscription { Updated = true, Updates = 1 };
            }

            return null;
        }

        var pv = subscription.Pv;
        if (isEmpty && (subscription.Cancelled || (status == subscription.Request.Sid && status != EcaStatus.Normal)))
        {
            EndSubscription(at, subscriptionId, ref subscription);
            return pv;
        }

        subscription.CountUpdate();
        if (!subscription.Updated)
        {
            subscription.Updated = true;
            FirstUpdate(at, subscription.Request, status);
        }

        return pv;
    }

    private bool HasSubscriptionRoom() => _subscriptions < options.MaxSubscriptions;

    /// <summary>Where the capture missed bytes of the server since EVENT_ADD, they may have held the first update: this one's time tells nothing.</summary>
    private void FirstUpdate(in MessageContext at, in PendingOperation request, uint status)
    {
        if (at.Circuit.MayHaveMissedReplyTo(request.RequestedAt))
        {
            log.EndUnanswered(at.End(Outcome.LostInGap), request);
        }
        else
        {
            log.End(at, request, OutcomeOf(status), status);
            TakeFirstValue(at, request, status);
        }
    }

    private void TakeFirstValue(in MessageContext at, in PendingOperation request, uint status)
    {
        if (request.IsFirstValue)
        {
            FirstValue(at, request, status);
        }
    }

    private void EndSubscription(in MessageContext at, uint subscriptionId, ref Subscription subscription)
    {
        if (!subscription.Updated)
        {
            log.EndUnanswered(at.End(Outcome.CircuitClosed), subscription.Request);
        }

        at.Operations.Unlist(subscriptionId, ref subscription);
        at.Operations.Subscriptions.Remove(subscriptionId, out _);
    }
}
