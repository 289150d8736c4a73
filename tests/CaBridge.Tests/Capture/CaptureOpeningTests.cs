using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Tests.Capture;

public sealed class CaptureOpeningTests
{
    private static IEnumerable<TestCaseData> Refused()
    {
        var pcap = CaptureSamples.Pcap([1]);
        var pcapng = new PcapngBlocks().Section().ToArray();
        byte[] wrongVersion = [.. pcap[..4], 9, .. pcap[5..]];
        yield return new TestCaseData(Array.Empty<byte>(), "'x' is empty.");
        yield return new TestCaseData("hello\nworld, what"u8.ToArray(), "'x' is not a pcap or pcapng file: it begins with the text \"hello world, wha\".");
        yield return new TestCaseData("ab"u8.ToArray(), "'x' is not a pcap or pcapng file: it begins with the text \"ab\".");
        yield return new TestCaseData(new byte[] { 0x7F, 0x45, 0x4C, 0x46, 2, 1 }, "'x' is not a pcap or pcapng file: its first bytes are 7F454C460201.");
        yield return new TestCaseData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 4 }, "'x' is compressed with zstd; unpack it first.");
        yield return new TestCaseData("snoop\0\0\0"u8.ToArray(), "'x' is a snoop capture; convert it with 'editcap -F pcapng' first.");
        yield return new TestCaseData(pcap[..10], "'x' ends inside its file header, after 10 of at least 24 bytes.");
        yield return new TestCaseData(pcapng[..20], "'x' ends inside its file header, after 20 of at least 28 bytes.");
        yield return new TestCaseData(wrongVersion, "'x' is a pcap file of version 9, where only version 2 is known.");
        yield return new TestCaseData(
            new PcapngBlocks().Section(major: 3).ToArray(),
            "'x' is a broken pcapng file: The block after frame 0 begins a section of version 3, where only 1 is known; nothing after it can be read.");
        yield return new TestCaseData(
            CaptureSamples.Pcap([1], new PcapWriterOptions { LinkType = (LinkType)147 }),
            "'x' has frames of link type 147, which cannot be read.");
        yield return new TestCaseData(
            CaptureSamples.Gzip(pcap)[..12],
            "'x' cannot be read. The gzip data is cut or corrupt before its byte 12; what it held after that is lost.");
    }

    [TestCaseSource(nameof(Refused))]
    public void What_is_no_capture_is_refused_in_one_sentence(byte[] bytes, string sentence) =>
        Assert.That(() => CaptureReader.Open(new MemoryStream(bytes), "x", CaptureSamples.AtOnce), Throws.TypeOf<CaptureException>().With.Message.EqualTo(sentence));

    [Test]
    public void Missing_file_is_named()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "no-such-folder", "a.pcap");

        Assert.That(() => CaptureReader.Open(path, CaptureSamples.AtOnce), Throws.TypeOf<CaptureException>().With.Message.EqualTo($"There is no file '{path}'."));
    }

    [Test]
    public void Directory_is_named()
    {
        var path = TestContext.CurrentContext.WorkDirectory;

        Assert.That(
            () => CaptureReader.Open(path, CaptureSamples.AtOnce),
            Throws.TypeOf<CaptureException>().With.Message.EqualTo($"'{path}' is a directory, not a capture file."));
    }

    [Test]
    public void Refused_stream_is_disposed()
    {
        using var stream = new MemoryStream([1, 2, 3, 4]);

        Assert.That(() => CaptureReader.Open(stream, "x", CaptureSamples.AtOnce), Throws.TypeOf<CaptureException>());
        Assert.That(stream.CanRead, Is.False);
    }
}
