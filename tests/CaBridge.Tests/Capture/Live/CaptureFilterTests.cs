using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Capture.Live;

namespace CaBridge.Tests.Capture.Live;

[TestFixture]
internal sealed class CaptureFilterTests
{
    [TestCase("")]
    [TestCase("udp port 5064 or udp port 5065 or (tcp and not port 22)")]
    public void Filter_is_taken(string text) => Assert.That(() => CaptureFilter.Validate(text, LinkType.Ethernet), Throws.Nothing);

    [TestCase("tcp port 5064 andd host 10.0.0.1", "at character 15, \"andd host 10.0.0.1\"")]
    [TestCase("(udp or tcp) prot 5064", "at character 14, \"prot 5064\"")]
    [TestCase("udp and (port 5064 porrt 1", "at character 20, \"porrt 1\"")]
    [TestCase("tcp port xyzzy", "at character 10, \"xyzzy\"")]
    [TestCase("prot 5064", "at character 1, \"prot 5064\"")]
    [TestCase("tcp and", "at character 5, \"and\"")]
    public void Place_is_told(string text, string place)
    {
        var failure = Assert.Throws<CaptureException>(() => CaptureFilter.Validate(text, LinkType.Ethernet));

        Assert.That(failure.Message, Does.StartWith($"The filter \"{text}\" is wrong {place}: ").And.EndsWith("."));
    }

    [Test]
    public void Link_type_counts()
    {
        Assert.That(() => CaptureFilter.Validate("ether host 02:00:00:00:00:01", LinkType.Ethernet), Throws.Nothing);
        Assert.That(() => CaptureFilter.Validate("ether host 02:00:00:00:00:01", LinkType.Raw), Throws.TypeOf<CaptureException>());
    }
}
