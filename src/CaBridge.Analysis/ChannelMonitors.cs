using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis;

/// <summary>The open subscriptions of one channel.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Updates">That came of them, the first of each included.</param>
/// <param name="UpdatesPerSecond">The sum of their means since each was asked for.</param>
public readonly record struct ChannelMonitors(int Count, long Updates, double UpdatesPerSecond)
{
    internal static ChannelMonitors Of(ChannelItems items, IdMap<Subscription> subscriptions, int most, CaptureTime now)
    {
        var (count, updates, rate) = (0, 0L, 0.0);
        for (var id = items.First; id != ChannelItems.None && count < most; count++)
        {
            ref var subscription = ref subscriptions.Find(id);
            updates += subscription.Updates;
            var age = now - subscription.Request.RequestedAt;
            rate += age.Nanoseconds > 0 ? subscription.Updates / age.TotalSeconds : 0;
            id = subscription.Link.Next;
        }

        return new ChannelMonitors(count, updates, rate);
    }
}
