using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Captures;

/// <summary>Analyzing what the selector lets pass tells what analyzing everything tells, however the recording was bent.</summary>
[TestFixtureSource(typeof(GoldenCapture), nameof(GoldenCapture.All))]
internal sealed class SelectedCaptureTests(GoldenCapture capture)
{
    private IReadOnlyList<CapturedFrame> Frames => capture.Frames;

    [Test]
    public void Recording_tells_the_same()
    {
        var selection = AssertTheSame(Frames);

        Assert.That(selection.Counts.FramesPassed, Is.AtLeast(selection.All.Snapshot.ChannelAccessFrames));
    }

    [Test]
    public void Other_traffic_never_passes([Values] bool isInDisorder)
    {
        var mixed = OtherTraffic.Among(Frames);
        if (isInDisorder)
            mixed = [.. RecordingBends.Swapped(mixed, share: 0.05, seed: 1)];
        var selection = AssertTheSame(mixed);

        Assert.That(selection.Passed.Select(frame => mixed[(int)frame - 1]).Where(OtherTraffic.Is), Is.Empty);
        Assert.That(selection.Counts.FramesDropped, Is.AtLeast(mixed.Count(OtherTraffic.Is)));
    }

    [Test]
    public void Missing_frames_change_nothing([Values(0.003, 0.03, 0.2)] double share, [Values(1, 2)] int seed) =>
        AssertTheSame(RecordingBends.Without(Frames, share, seed));

    [Test]
    public void A_missing_beginning_changes_nothing([Values(2, 10, 33, 50, 75, 95)] int percent) =>
        AssertTheSame(Frames.Skip(Frames.Count * percent / 100));

    [Test]
    public void A_missing_direction_changes_nothing([Values] bool isClientMissing) =>
        AssertTheSame(Frames.Where(frame => !FrameLayout.IsTcp(frame) || FrameLayout.IsFromHigherPort(frame) != isClientMissing));

    [Test]
    public void Frames_that_are_doubled_change_nothing([Values(0, 100_000, 5_000_000)] long laterNanoseconds) =>
        AssertTheSame(RecordingBends.Doubled(Frames, laterNanoseconds));

    [Test]
    public void Frames_in_disorder_change_nothing([Values(2, 5)] int blockFrames) =>
        AssertTheSame(RecordingBends.Shuffled(Frames, blockFrames, seed: 1));

    [Test]
    public void Frames_that_are_cut_change_nothing([Values(54, 82, 200)] int snapLengthBytes) =>
        AssertTheSame(RecordingBends.Snapped(Frames, snapLengthBytes));

    [Test]
    public void Other_headers_change_nothing()
    {
        AssertTheSame(HeaderBends.Tagged(Frames, 0x88A8, 0x8100));
        AssertTheSame(HeaderBends.AsIPv6(Frames));
        AssertTheSame(HeaderBends.WithoutLink(Frames, LinkType.Raw));
    }

    private static Selection AssertTheSame(IEnumerable<CapturedFrame> frames)
    {
        var selection = Selection.Of(frames);
        var counts = selection.Counts;
        Assert.That(selection.Differences(), Is.Empty);
        Assert.That((counts.FramesHeld, counts.BytesHeld, counts.FramesGivenUp), Is.EqualTo((0L, 0L, 0L)));
        Assert.That((counts.FramesPassed, selection.Passed.Distinct().Count()), Is.EqualTo(((long)selection.Passed.Count, selection.Passed.Count)));
        return selection;
    }
}
