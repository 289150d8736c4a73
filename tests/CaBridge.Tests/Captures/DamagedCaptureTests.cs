using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Tests.Captures;

/// <summary>What takes knowledge away: then answers become fewer, but none is invented, and the account still holds.</summary>
[TestFixtureSource(typeof(GoldenCapture), nameof(GoldenCapture.Whole))]
internal sealed class DamagedCaptureTests(GoldenCapture capture)
{
    /// <summary>Where a packet was sent twice and its first recording is gone, the second one's time is all there is.</summary>
    private bool HasRetransmissions => capture.Answers.CountOf(AnomalyKind.TcpRetransmission) > 0;

    [Test]
    public void One_frame_in_a_hundred_missing_invents_nothing([Range(1, 8)] int seed) =>
        AssertThatNothingIsInvented(Answers.OfFrames(RecordingBends.Without(capture.Frames, 0.01, seed)), !HasRetransmissions);

    [Test]
    public void One_frame_in_ten_missing_invents_nothing([Range(1, 4)] int seed) =>
        AssertThatNothingIsInvented(Answers.OfFrames(RecordingBends.Without(capture.Frames, 0.1, seed)), !HasRetransmissions);

    [Test]
    public void The_first_part_missing_invents_nothing([Values(3, 2, 5, 50)] int part) =>
        AssertThatNothingIsInvented(Answers.OfFrames(capture.Frames.Skip(capture.Frames.Count / part)), !HasRetransmissions);

    [Test]
    public void The_last_part_missing_invents_nothing([Values(3, 2, 5, 50)] int part) =>
        AssertThatNothingIsInvented(Answers.OfFrames(capture.Frames.SkipLast(capture.Frames.Count / part)), isExact: true);

    [Test]
    public void A_snap_length_invents_nothing([Values(54, 66, 70, 82, 100, 200, 500)] int bytes) =>
        AssertThatNothingIsInvented(Answers.OfFrames(RecordingBends.Snapped(capture.Frames, bytes)), isExact: true);

    [Test]
    public void Neighbours_that_changed_places_and_times_keep_the_account([Range(1, 4)] int seed) =>
        AssertThatNothingIsInvented(Answers.OfFrames(RecordingBends.Swapped(capture.Frames, 0.05, seed)), isExact: false);

    private static string Identity(in Transaction transaction) =>
        $"{transaction.Operation} {transaction.Client} to {transaction.Server} at {transaction.RequestedAt.UnixNanoseconds} after {transaction.Latency?.Nanoseconds}";

    private static Dictionary<(Transport Transport, CaCommand Command), long> Messages(Answers answers) => answers.Snapshot.Messages
        .GroupBy(count => (count.Transport, count.Command))
        .ToDictionary(kind => kind.Key, kind => kind.Sum(count => count.Count));

    private void AssertThatNothingIsInvented(Answers damaged, bool isExact)
    {
        Assert.That(damaged.Snapshot.Operations, Has.All.Matches<OperationAccount>(account => account.Holds));
        Assert.That(
            damaged.Snapshot.Operations.Sum(account => account.Requests + account.RepliesWithoutRequest),
            Is.EqualTo(damaged.Transactions.Count));

        var truth = Messages(capture.Answers);
        Assert.That(Messages(damaged).Where(kind => kind.Value > truth.GetValueOrDefault(kind.Key)), Is.Empty);
        if (!isExact)
        {
            return;
        }

        // A search or connect whose first request is missing begins with its second one.
        var known = capture.Answers.Transactions.Where(transaction => transaction.HasReply).Select(transaction => Identity(transaction));
        var told = damaged.Transactions
            .Where(transaction => transaction.HasReply && transaction.Operation is not (Operation.Search or Operation.Connect))
            .Select(transaction => Identity(transaction));
        Assert.That(Difference.Without(told, known), Is.Empty);

        var names = capture.Answers.Transactions.Select(transaction => $"{Identity(transaction)} {transaction.Pv}").ToHashSet(StringComparer.Ordinal);
        Assert.That(
            damaged.Transactions.Where(transaction => transaction is { HasReply: true, Pv: not null, Operation: not Operation.Search })
                .Select(transaction => $"{Identity(transaction)} {transaction.Pv}")
                .Where(line => !names.Contains(line)),
            Is.Empty);
    }
}
