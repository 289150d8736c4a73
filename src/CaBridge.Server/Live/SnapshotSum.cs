using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;

namespace CaBridge.Server.Live;

/// <summary>The counts of several analyzers as one's.</summary>
internal static class SnapshotSum
{
    /// <param name="snapshots">At least one.</param>
    public static AnalyzerSnapshot Of(IReadOnlyList<AnalyzerSnapshot> snapshots) => snapshots.Count == 1 ? snapshots[0] : new AnalyzerSnapshot
    {
        FramesRead = snapshots.Sum(part => part.FramesRead),
        Frames = snapshots.Sum(part => part.Frames),
        ChannelAccessFrames = snapshots.Sum(part => part.ChannelAccessFrames),
        Bytes = snapshots.Sum(part => part.Bytes),
        ChannelAccessBytes = snapshots.Sum(part => part.ChannelAccessBytes),
        First = snapshots.Min(part => part.First),
        Last = snapshots.Max(part => part.Last),
        Circuits = snapshots.Sum(part => part.Circuits),
        Messages =
        [
            .. snapshots.SelectMany(part => part.Messages)
                .GroupBy(count => (count.Transport, count.Sender, count.Command))
                .Select(same => same.First() with { Count = same.Sum(count => count.Count) }),
        ],
        Operations = [.. snapshots.SelectMany(part => part.Operations).GroupBy(account => account.Operation).OrderBy(same => same.Key).Select(Sum)],
        Anomalies =
        [
            .. snapshots.SelectMany(part => part.Anomalies)
                .GroupBy(count => count.Kind)
                .OrderBy(same => same.Key)
                .Select(same => same.First() with { Count = same.Sum(count => count.Count), Bytes = same.Sum(count => count.Bytes) }),
        ],
        Search = new SearchFigures(
            snapshots.Sum(part => part.Search.Searches),
            snapshots.Sum(part => part.Search.Names),
            snapshots.Sum(part => part.Search.Answered),
            [.. snapshots.SelectMany(part => part.Search.NeverAnswered).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]),
    };

    private static OperationAccount Sum(IEnumerable<OperationAccount> accounts) => accounts.Aggregate((sum, next) => sum with
    {
        Requests = sum.Requests + next.Requests,
        Answered = sum.Answered + next.Answered,
        Failed = sum.Failed + next.Failed,
        Pending = sum.Pending + next.Pending,
        TimedOut = sum.TimedOut + next.TimedOut,
        CircuitClosed = sum.CircuitClosed + next.CircuitClosed,
        LostInGap = sum.LostInGap + next.LostInGap,
        RepliesWithoutRequest = sum.RepliesWithoutRequest + next.RepliesWithoutRequest,
    });
}
