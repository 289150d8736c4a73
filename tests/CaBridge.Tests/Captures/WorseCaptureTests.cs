using CaBridge.Analysis.Transactions;

namespace CaBridge.Tests.Captures;

/// <summary>Recordings that miss something: what cannot be known is counted, and nothing is invented.</summary>
[TestFixtureSource(typeof(GoldenCapture), nameof(GoldenCapture.Whole))]
internal sealed class WorseCaptureTests(GoldenCapture capture)
{
    private IReadOnlyList<CapturedFrame> Frames => capture.Frames;

    [Test]
    public void Missing_frames_are_not_made_up_for([Values(0.003, 0.01, 0.1)] double share, [Range(1, 3)] int seed) =>
        AssertThatNothingIsInvented(RecordingBends.Without(Frames, share, seed));

    /// <summary>What lies whole in frames that are there is told, but for a little beside each gap, where no boundary can be trusted.</summary>
    [Test]
    public void Missing_frames_hide_little_else([Range(1, 3)] int seed)
    {
        const double Told = 0.97;
        const int Beside = 3;
        const int MaxBytesInOneFrame = 1000;
        var kept = RecordingBends.Without(Frames, 0.01, seed).ToHashSet(ReferenceEqualityComparer.Instance);
        var whole = capture.Answers.Transactions.Where(transaction =>
            transaction is { HasReply: true, Bytes: < MaxBytesInOneFrame, Operation: Operation.Create or Operation.Get or Operation.Put or Operation.Clear }
            && kept.Contains(Frames[(int)transaction.RequestFrame - 1])
            && kept.Contains(Frames[(int)transaction.ReplyFrame - 1])).ToList();

        var told = Answers.OfFrames(Frames.Where(kept.Contains));

        var hidden = Difference.Without(Soundness.Replies(whole), Soundness.Replies(told.Transactions));
        Assert.That(hidden.Count(), Is.LessThanOrEqualTo((whole.Count * (1 - Told)) + Beside));
    }

    [Test]
    public void A_missing_beginning_is_not_made_up_for([Values(2, 10, 33, 50, 75, 95)] int percent) =>
        AssertThatNothingIsInvented(Frames.Skip(Frames.Count * percent / 100));

    [Test]
    public void A_missing_middle_is_not_made_up_for([Values(10, 30, 50, 80)] int percent) =>
        AssertThatNothingIsInvented(Frames.Where((_, i) => i < Frames.Count * percent / 100 || i > Frames.Count * (percent + 10) / 100));

    [Test]
    public void A_missing_direction_is_not_made_up_for([Values] bool isClientMissing) =>
        AssertThatNothingIsInvented(Frames.Where(frame => !FrameLayout.IsTcp(frame) || FrameLayout.IsFromHigherPort(frame) != isClientMissing));

    [Test]
    public void What_the_snap_length_cut_is_not_made_up_for([Values(54, 66, 82, 100, 200, 1000)] int snapLengthBytes) =>
        AssertThatNothingIsInvented(RecordingBends.Snapped(Frames, snapLengthBytes));

    [Test]
    public void A_cut_file_tells_of_its_whole_frames([Range(1, 8)] int seed)
    {
        const int FileHeaderBytes = 24;
        const int RecordHeaderBytes = 16;
        var bytes = CaptureBytes.Pcap(Frames);
        var length = new Random(seed).Next(FileHeaderBytes, bytes.Length);
        var whole = new List<CapturedFrame>();
        var end = FileHeaderBytes;
        foreach (var frame in Frames)
        {
            if (end + RecordHeaderBytes + frame.Data.Length > length)
                break;
            end += RecordHeaderBytes + frame.Data.Length;
            whole.Add(frame);
        }

        var cut = Answers.OfStream(new MemoryStream(bytes[..length]));

        Assert.That(Difference.Between(Answers.OfFrames(whole).Lines(), cut.Lines()), Is.Empty);
        Assert.That(Soundness.Violations(capture.Answers, cut), Is.Empty);
        Assert.That(cut.Problems.Select(problem => problem.IsFatal), Is.EqualTo(end == length ? Array.Empty<bool>() : [false]));
    }

    [Test]
    public void Frames_that_overtook_each_other_are_all_told([Range(1, 4)] int seed)
    {
        var bent = Answers.OfFrames(RecordingBends.Swapped(Frames, share: 0.05, seed));

        Assert.That(Difference.Between(capture.Answers.MessageLines(), bent.MessageLines()), Is.Empty);
        Assert.That(bent.Snapshot.Operations.Where(account => !account.Holds), Is.Empty);
        Assert.That(Difference.Between(Timeless(capture.Answers), Timeless(bent)), Is.Empty);
    }

    private static IEnumerable<string> Timeless(Answers answers) => answers.Transactions
        .Where(transaction => transaction.Operation != Operation.Search)
        .Select(transaction => $"{transaction.Operation} {transaction.Pv} {transaction.Client} to {transaction.Server} {transaction.Outcome} status {transaction.Status}");

    private void AssertThatNothingIsInvented(IEnumerable<CapturedFrame> worse) =>
        Assert.That(Soundness.Violations(capture.Answers, Answers.OfFrames(worse)), Is.Empty);
}
