using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Tests.Capture;

public sealed class CaptureSetTests
{
    private readonly List<string> _paths = [];

    [TearDown]
    public void DeleteFiles() => _paths.ForEach(File.Delete);

    [Test]
    public void Several_files_merge_in_the_order_of_time_under_new_numbers()
    {
        var first = Write(CaptureSamples.Pcap([10, 20, 50]));
        var second = Write(CaptureSamples.Pcap([15, 60], new PcapWriterOptions { HasNanoseconds = true, LinkType = LinkType.Raw }));
        var third = Write(CaptureSamples.Pcap([]));
        using var set = CaptureSet.Open([first, second, third], new CaptureReaderOptions());

        var frames = ReadAll(set);

        Assert.That(frames.Select(frame => (frame.Frame, frame.UnixNanoseconds, frame.OriginalLength, frame.InterfaceIndex)), Is.EqualTo(new[]
        {
            (1L, 10L, 1001, 0), (2L, 15L, 1001, 1), (3L, 20L, 1002, 0), (4L, 50L, 1003, 0), (5L, 60L, 1002, 1),
        }));
        Assert.That(set.Interfaces.Select(captured => captured.LinkType), Is.EqualTo(new[] { LinkType.Ethernet, LinkType.Raw }));
        Assert.That(set.Files.Select(file => (file.Name, file.Frames)), Is.EqualTo(new[] { (first, 3L), (second, 2L), (third, 0L) }));
        Assert.That((set.FramesRead, set.BytePosition), Is.EqualTo((5L, set.TotalBytes)));
    }

    [Test]
    public void Of_equal_times_the_file_named_last_comes_first()
    {
        using var set = CaptureSet.Open(
            [Write(CaptureSamples.Pcap([10, 10])), Write(CaptureSamples.Pcap([10], new PcapWriterOptions { HasNanoseconds = true, LinkType = LinkType.Raw }))],
            new CaptureReaderOptions());

        Assert.That(ReadAll(set).Select(frame => frame.LinkType), Is.EqualTo(new[] { LinkType.Raw, LinkType.Ethernet, LinkType.Ethernet }));
    }

    [Test]
    public void One_file_keeps_its_own_numbers()
    {
        using var set = CaptureSet.Open([Write(CaptureSamples.Pcap([10, 30, 20]))], new CaptureReaderOptions());

        Assert.That(ReadAll(set).Select(frame => frame.Frame), Is.EqualTo(new[] { 1, 3, 2 }));
    }

    [Test]
    public void Problems_name_their_file()
    {
        var cut = Write(CaptureSamples.Pcap([1])[..^1]);
        using var set = CaptureSet.Open([Write(CaptureSamples.Pcap([1])), cut], new CaptureReaderOptions());

        Assert.That(ReadAll(set), Has.Count.EqualTo(1));
        Assert.That(set.Problems.Select(problem => problem.File), Is.EqualTo(new[] { cut }));
    }

    [Test]
    public void Late_frames_stay_where_there_is_no_window()
    {
        using var set = CaptureSet.Open([Write(CaptureSamples.Pcap([10, 40, 30])), Write(CaptureSamples.Pcap([20]))], CaptureSamples.AtOnce);

        Assert.That(ReadAll(set).Select(frame => frame.UnixNanoseconds), Is.EqualTo(new[] { 10, 20, 40, 30 }));
    }

    [Test]
    public void One_file_that_cannot_be_opened_refuses_all()
    {
        var text = Write("text"u8.ToArray());

        Assert.That(
            () => CaptureSet.Open([Write(CaptureSamples.Pcap([1])), text], new CaptureReaderOptions()),
            Throws.TypeOf<CaptureException>().With.Message.StartsWith($"'{text}' is not"));
    }

    private static List<ReadFrame> ReadAll(CaptureSet set)
    {
        var frames = new List<ReadFrame>();
        while (set.TryRead(out var packet))
            frames.Add(CaptureSamples.Keep(packet));
        return frames;
    }

    private string Write(byte[] bytes)
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, bytes);
        _paths.Add(path);
        return path;
    }
}
