using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Tests.Capture;

namespace CaBridge.Tests.Captures;

/// <summary>What must not change an answer: how frames are packed, ordered in the file, and recorded more than once.</summary>
[TestFixtureSource(typeof(GoldenCapture), nameof(GoldenCapture.All))]
internal sealed class BentCaptureTests(GoldenCapture capture)
{
    private const long Microsecond = 1000;

    private readonly List<string> _paths = [];

    private IReadOnlyList<CapturedFrame> Frames => capture.Frames;

    [TearDown]
    public void DeleteFiles()
    {
        _paths.ForEach(File.Delete);
        _paths.Clear();
    }

    [Test]
    public void Frames_that_come_live_give_the_same_answers() => AssertThatNothingChanges(Answers.OfFrames(Frames));

    [TestCase(false)]
    [TestCase(true)]
    public void A_pcap_of_nanoseconds_in_either_byte_order_gives_the_same_answers(bool isBigEndian) =>
        AssertThatNothingChanges(Read(CaptureBytes.Pcap(Frames, isBigEndian)));

    [TestCase(false)]
    [TestCase(true)]
    public void A_pcap_of_microseconds_in_either_byte_order_cuts_times_and_nothing_else(bool isBigEndian)
    {
        var cut = Frames.Select(frame => frame with { UnixNanoseconds = frame.UnixNanoseconds / Microsecond * Microsecond });

        AssertThatAgree(Answers.OfFrames(cut).Lines(), Read(CaptureBytes.Pcap(Frames, isBigEndian, hasNanoseconds: false)));
    }

    [Test]
    public void A_pcapng_gives_the_same_answers() => AssertThatNothingChanges(Read(CaptureBytes.Pcapng(Frames)));

    [Test]
    public void Interfaces_that_have_little_in_common_give_the_same_answers() => AssertThatNothingChanges(Read(CaptureBytes.MixedPcapng(Frames)));

    [Test]
    public void A_packed_capture_gives_the_same_answers() => AssertThatNothingChanges(Read(CaptureSamples.Gzip(CaptureBytes.Pcap(Frames))));

    [Test]
    public void A_pipe_that_brings_a_few_bytes_at_once_gives_the_same_answers()
    {
        using var pipe = new RaggedStream(CaptureBytes.Pcapng(Frames), seed: 1);

        AssertThatNothingChanges(Answers.OfStream(pipe));
    }

    [TestCase(2, false)]
    [TestCase(2, true)]
    [TestCase(5, false)]
    [TestCase(5, true)]
    public void A_capture_in_several_files_gives_the_same_answers_in_any_order(int files, bool isReversed)
    {
        var paths = Enumerable.Range(0, files).Select(file => Write(CaptureBytes.Pcap(Frames.Where((_, i) => i % files == file)))).ToArray();
        if (isReversed)
            Array.Reverse(paths);

        AssertThatNothingChanges(Answers.OfFiles(paths));
    }

    [TestCase(2)]
    [TestCase(20)]
    [TestCase(200)]
    public void Frames_in_disorder_that_keep_their_times_give_the_same_answers(int blockFrames) =>
        AssertThatNothingChanges(Read(CaptureBytes.Pcap(RecordingBends.Shuffled(Frames, blockFrames, seed: blockFrames))));

    [TestCase(0)]
    [TestCase(1 * Microsecond)]
    [TestCase(100 * Microsecond)]
    [TestCase(5000 * Microsecond)]
    public void Frames_recorded_twice_count_once(long laterNanoseconds)
    {
        var bent = Answers.OfFrames(RecordingBends.Doubled(Frames, laterNanoseconds));

        AssertThatNothingChanges(bent);
        Assert.That(bent.CountOf(AnomalyKind.DuplicateFrame), Is.GreaterThan(capture.Answers.CountOf(AnomalyKind.DuplicateFrame)));
    }

    [Test]
    public void Frames_recorded_with_and_without_tag_count_once()
    {
        var both = Frames.Zip(HeaderBends.Tagged(Frames, 0x8100), (frame, tagged) => (CapturedFrame[])[frame, tagged]).SelectMany(pair => pair);

        AssertThatNothingChanges(Answers.OfFrames(both));
    }

    [TestCase(0x8100)]
    [TestCase(0x88A8, 0x8100)]
    [TestCase(0x9100, 0x8100)]
    public void Tagged_frames_give_the_same_answers(params int[] tagTypes) =>
        AssertThatNothingChanges(Answers.OfFrames(HeaderBends.Tagged(Frames, [.. tagTypes.Select(type => (ushort)type)])));

    [TestCase(LinkType.Raw)]
    [TestCase(LinkType.RawDlt12)]
    [TestCase(LinkType.IPv4)]
    public void Raw_IP_gives_the_same_answers(LinkType linkType) =>
        AssertThatNothingChanges(Read(CaptureBytes.Pcap(HeaderBends.WithoutLink(Frames, linkType))));

    [Test]
    public void IPv6_gives_the_same_answers() =>
        AssertThatAgree(capture.Answers.Lines(HeaderBends.AsIPv6), Answers.OfFrames(HeaderBends.AsIPv6(Frames)));

    [TestCase(0)]
    [TestCase(1 * Microsecond)]
    public void IPv6_recorded_twice_counts_once(long laterNanoseconds) => AssertThatAgree(
        capture.Answers.Lines(HeaderBends.AsIPv6),
        Answers.OfFrames(RecordingBends.Doubled(HeaderBends.AsIPv6(Frames), laterNanoseconds)));

    [TestCase(0u)]
    [TestCase(1u)]
    [TestCase(100u)]
    [TestCase(5000u)]
    [TestCase(1u << 31)]
    public void Sequence_numbers_may_wrap_anywhere(uint bytesBeforeWrap) =>
        AssertThatNothingChanges(Answers.OfFrames(HeaderBends.Wrapping(Frames, bytesBeforeWrap)));

    [Test]
    public void Other_addresses_give_the_same_answers() => AssertThatAgree(
        capture.Answers.Lines(endpoint => HeaderBends.Moved(endpoint, 11)),
        Answers.OfFrames(HeaderBends.Moved(Frames, 11)));

    [TestCase(0)]
    [TestCase(137 * Microsecond)]
    [TestCase(1_000_000 * Microsecond)]
    public void Two_sites_in_one_recording_keep_apart(long laterNanoseconds)
    {
        var second = RecordingBends.Later(HeaderBends.Moved(Frames, 11), laterNanoseconds).ToList();
        var both = Answers.OfFrames(RecordingBends.Together(Frames, second));

        AssertThatAgree([.. capture.Answers.TransactionLines(), .. Answers.OfFrames(second).TransactionLines()], both.TransactionLines());
        Assert.That(both.Snapshot.Messages, Is.EqualTo(capture.Answers.Snapshot.Messages.Select(kind => kind with { Count = 2 * kind.Count })));
    }

    private static Answers Read(byte[] bytes)
    {
        var answers = Answers.OfStream(new MemoryStream(bytes));
        Assert.That(answers.Problems, Is.Empty);
        return answers;
    }

    private static void AssertThatAgree(IEnumerable<string> expected, Answers bent) => AssertThatAgree(expected, bent.Lines());

    private static void AssertThatAgree(IEnumerable<string> expected, IEnumerable<string> bent) =>
        Assert.That(Difference.Between(expected, bent), Is.Empty);

    private void AssertThatNothingChanges(Answers bent) => AssertThatAgree(capture.Answers.Lines(), bent);

    private string Write(byte[] bytes)
    {
        var path = Path.GetTempFileName();
        _paths.Add(path);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
