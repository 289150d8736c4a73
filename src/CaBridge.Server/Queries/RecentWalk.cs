using CaBridge.Contracts;
using CaBridge.Server.Live;

namespace CaBridge.Server.Queries;

/// <summary>Whether an operation that a sensor saw belongs to the answer.</summary>
internal delegate bool RecentPredicate(string sensor, in Analysis.Transactions.Transaction transaction);

/// <summary>Walks over the operations that are kept whole, the latest first.</summary>
internal static class RecentWalk
{
    /// <returns>The token of the next page; empty if this was the last.</returns>
    public static string Backward(LiveState state, Page page, RecentPredicate wanted, out IReadOnlyList<Contracts.V1.Transaction> found)
    {
        var recent = state.Statistics.Recent;
        var items = new List<Contracts.V1.Transaction>();
        found = items;
        for (var number = Math.Min(page.Offset ?? recent.End, recent.End) - 1; number >= recent.Start; number--)
        {
            ref readonly var entry = ref recent[number];
            var sensor = state.SensorAt(entry.Sensor).Name;
            if (!wanted(sensor, in entry.Transaction))
            {
                continue;
            }

            if (items.Count == page.Size)
            {
                return Page.Token(number + 1);
            }

            items.Add(entry.Transaction.ToMessage(sensor));
        }

        return "";
    }
}
