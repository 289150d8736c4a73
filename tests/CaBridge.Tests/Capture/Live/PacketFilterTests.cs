using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Capture.Live;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Capture.Live;

[TestFixture]
internal sealed class PacketFilterTests
{
    [TestCase("udp port 5064")]
    [TestCase("tcp and src host 10.44.0.21")]
    [TestCase("greater 200")]
    public void Matches_what_tcpdump_matches(string filter)
    {
        using var file = new ReplayFile("ioc-startup");
        using var matcher = new PacketFilter(filter);
        var matched = file.Frames.Count(frame => matcher.Matches(ToPacket(frame)));

        Assert.That(matched, Is.EqualTo(file.CountOf(filter)).And.Positive);
    }

    [Test]
    public void Each_link_type_has_its_own_program()
    {
        using var matcher = new PacketFilter("udp");
        foreach (var name in (string[])["cooked1", "cooked2", "ioc-startup", "cooked1"])
        {
            Assert.That(GoldenCapture.Named(name).Frames.Count(frame => matcher.Matches(ToPacket(frame))), Is.Positive, name);
        }
    }

    [Test]
    public void What_is_no_filter_is_refused() => Assert.That(() => new PacketFilter("prot 5064"), Throws.TypeOf<CaptureException>());

    private static Packet ToPacket(CapturedFrame frame) => new(new CaptureTime(frame.UnixNanoseconds), frame: 1, frame.LinkType, frame.Data, frame.OriginalLength);
}
