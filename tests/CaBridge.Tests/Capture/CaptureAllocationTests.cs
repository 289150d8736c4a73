using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Tests.Capture;

public sealed class CaptureAllocationTests
{
    private const int Frames = 20_000;

    private static readonly byte[] Pcap = CaptureSamples.Pcap(Enumerable.Range(0, Frames).Select(number => (long)(number ^ 1)));

    private static readonly byte[] Pcapng = MakePcapng();

    [Test]
    public void Reading_allocates_nothing_once_warm([Values(0, 64)] int window, [Values] bool isPcapng)
    {
        // the first time through, and when it compiles anew, the runtime itself allocates: the reader would every time
        var runs = Enumerable.Range(0, 5).Select(_ => SecondHalf(window, isPcapng)).ToList();

        Assert.That(runs.Select(run => run.Frames), Has.All.EqualTo(Frames / 2));
        Assert.That(runs.Min(run => run.AllocatedBytes), Is.Zero);
    }

    private static (int Frames, long AllocatedBytes) SecondHalf(int window, bool isPcapng)
    {
        using var reader = CaptureReader.Open(new MemoryStream(isPcapng ? Pcapng : Pcap), "sample", new CaptureReaderOptions { ReorderWindow = window });
        for (var i = 0; i < Frames / 2; i++)
            Assert.That(reader.TryRead(out _), Is.True);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = 0;
        while (reader.TryRead(out _))
            read++;
        return (read, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Test]
    public void Writing_allocates_nothing_once_warm()
    {
        using var writer = new PcapngWriter(Stream.Null, new PcapngWriterOptions());
        writer.AddInterface(new CaptureInterface(Name: null, Description: null, LinkType.Ethernet, SnapLengthBytes: 0));
        var packet = new Packet(new CaptureTime(1), frame: 1, LinkType.Ethernet, new byte[1500], originalLength: 1500);
        for (var i = 0; i < 1000; i++)
            writer.Write(packet, "warm");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            writer.Write(packet, "a comment");

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static byte[] MakePcapng()
    {
        var stream = new MemoryStream();
        using var writer = new PcapngWriter(stream, new PcapngWriterOptions());
        writer.AddInterface(new CaptureInterface(Name: null, Description: null, LinkType.Ethernet, SnapLengthBytes: 0));
        for (var number = 0; number < Frames; number++)
            writer.Write(new Packet(new CaptureTime(number ^ 1), frame: 0, LinkType.Ethernet, CaptureSamples.Data(number), originalLength: 100));
        writer.Flush();
        return stream.ToArray();
    }
}
