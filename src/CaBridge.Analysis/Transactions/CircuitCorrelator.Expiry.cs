using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <content>Timeouts told when they are over, for hosts that cannot wait for the circuit's end.</content>
internal sealed partial class CircuitCorrelator
{
    /// <summary>
    /// Ends the requests of a circuit whose timeout is over; they stay known until their late reply, or until their id is used again. A circuit
    /// is walked only if its oldest request may be overdue: once in a timeout, or as often as one becomes overdue.
    /// </summary>
    public void Expire(Circuit circuit, CaptureTime now)
    {
        if (circuit.Operations is not { OldestOpen: { } oldest } operations || now - oldest <= options.Timeout)
        {
            return;
        }

        operations.OldestOpen = null;
        var channels = operations.ByCid;
        for (var at = channels.NextIndex(0); at >= 0; at = channels.NextIndex(at + 1))
        {
            ref var channel = ref channels.ValueAt(at);
            if (channel.CreatePending)
            {
                var request = channel.Request;
                Expire(circuit, ref request, now);
                if (request.IsOverdue)
                {
                    channel.MarkOverdue();
                }
            }
        }

        var requests = operations.ByIoid;
        for (var at = requests.NextIndex(0); at >= 0; at = requests.NextIndex(at + 1))
        {
            ref var open = ref requests.ValueAt(at);
            Expire(circuit, ref open.Request, now, operations.Order.IsSkipped(open.Request.Order));
        }

        var subscriptions = operations.Subscriptions;
        for (var at = subscriptions.NextIndex(0); at >= 0; at = subscriptions.NextIndex(at + 1))
        {
            ref var subscription = ref subscriptions.ValueAt(at);
            if (!subscription.Updated)
            {
                Expire(circuit, ref subscription.Request, now);
            }
        }

        var clears = operations.Clears;
        for (var at = clears.NextIndex(0); at >= 0; at = clears.NextIndex(at + 1))
        {
            Expire(circuit, ref clears.ValueAt(at), now);
        }

        for (var left = operations.Echoes.Count; left > 0; left--)
        {
            var echo = operations.Echoes.Dequeue();
            Expire(circuit, ref echo, now);
            operations.Echoes.Enqueue(echo);
        }
    }

    private void Expire(Circuit circuit, ref PendingOperation request, CaptureTime now, bool isSkipped = false)
    {
        if (!log.TryExpire(circuit, ref request, now, isSkipped))
        {
            circuit.Operations!.NoteOpen(request.RequestedAt);
        }
    }

    public void Keep(StateArchive archive) => _subscriptions = archive.Value(_subscriptions);
}
