using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Packets;

public sealed class PacketParserAllocationTests
{
    [Test]
    public void Nothing_is_allocated_once_warm()
    {
        var tcp = Frames.PayloadOf(Frames.Tcp(Frames.Bytes(3000)));
        (LinkType LinkType, byte[] Frame)[] frames =
        [
            .. Frames.EveryLink(Frames.Tcp(Frames.Bytes(1000))).Select(link => (link.LinkType, link.Frame)),
            .. Frames.EveryLink(Frames.Udp(Frames.Bytes(500), v6: true)).Select(link => (link.LinkType, link.Frame)),
            .. TunnelTests.EveryTunnel(Frames.Udp(Frames.Bytes(40))).Select(tunnel => (LinkType.Raw, tunnel.Ip)),
            .. Frames.Fragments(6, tcp, 1480).Select(ip => (LinkType.Raw, ip)),
            .. Frames.Fragments(6, tcp, 1480, v6: true, id: 9).Skip(1).Select(ip => (LinkType.Raw, ip)),
            (LinkType.Ethernet, Frames.Ethernet(new byte[46], 0x0806)),
            (LinkType.Ethernet, new byte[5]),
        ];
        var parser = new PacketParser(new AnalyzerOptions { MaxFragmentedDatagrams = 4 }, new AnomalyLog(), null);
        var time = ParseAll(parser, frames, 3, default);

        var before = GC.GetAllocatedBytesForCurrentThread();
        ParseAll(parser, frames, 100, time);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    /// <summary>Rounds are 16 s apart, so that what each leaves unfinished expires in turn.</summary>
    private static CaptureTime ParseAll(PacketParser parser, (LinkType LinkType, byte[] Frame)[] frames, int rounds, CaptureTime time)
    {
        for (var round = 0; round < rounds; round++)
        {
            time += new CaptureDuration(16 * CaptureDuration.NanosecondsPerSecond);
            foreach (var (linkType, frame) in frames)
            {
                parser.Parse(new Packet(time, round + 1, linkType, frame, frame.Length), out _, out _);
            }
        }

        return time;
    }
}
