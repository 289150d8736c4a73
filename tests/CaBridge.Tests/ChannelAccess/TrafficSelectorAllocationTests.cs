using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.ChannelAccess;

/// <summary>Once connections are decided, no packet allocates; nor do new connections that take the place of others.</summary>
[TestFixture]
internal sealed class TrafficSelectorAllocationTests
{
    [TestCase("catime", 0.7, 0.95, 64)]
    [TestCase("slow-client", 0.5, 0.99, 16)]
    public void Decided_connections_allocate_nothing(string name, double from, double to, int connections)
    {
        var frames = OtherTraffic.Among(GoldenCapture.Named(name).Frames, hasMiddles: false);
        Measure(frames, from, to, connections);

        Assert.That(Measure(frames, from, to, connections), Is.Zero);
    }

    private static long Measure(IReadOnlyList<CapturedFrame> frames, double from, double to, int connections)
    {
        // so few that the connections of the measured part find used ones
        var selector = new TrafficSelector(new TrafficSelectorOptions { MaxConnections = connections });
        var bytes = 0L;
        PacketSink sink = (in packet) => bytes += packet.Data.Length;
        Push(selector, frames, 0, (int)(frames.Count * from), sink);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Push(selector, frames, (int)(frames.Count * from), (int)(frames.Count * to), sink);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(bytes, Is.Positive);
        return allocated;
    }

    private static void Push(TrafficSelector selector, IReadOnlyList<CapturedFrame> frames, int from, int to, PacketSink sink)
    {
        for (var i = from; i < to; i++)
        {
            var frame = frames[i];
            selector.Push(new Packet(new CaptureTime(frame.UnixNanoseconds), i + 1, frame.LinkType, frame.Data, frame.OriginalLength), sink);
        }
    }
}
