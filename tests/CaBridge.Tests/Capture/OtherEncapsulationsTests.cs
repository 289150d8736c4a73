using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CsCheck;

namespace CaBridge.Tests.Capture;

public sealed class OtherEncapsulationsTests
{
    // IPv4, UDP from 10.44.0.11:5064 to 10.44.0.21:5064, 4 bytes
    private const string Ip = "45000020000100004011662D0A2C000B0A2C0015" + "13C813C8000C0000" + "DEADBEEF";

    private const string LlcSnap = "AAAA030000000800";
    private const string DataFrame = "08000000" + "020000000001" + "020000000002" + "020000000003" + "1000";

    [TestCase(9, "0021" + Ip, TestName = "PPP")]
    [TestCase(9, "FF030021" + Ip, TestName = "PPP in HDLC-like framing")]
    [TestCase(50, "FF030021" + Ip, TestName = "PPP, link type 50")]
    [TestCase(51, "110000010022" + "0021" + Ip, TestName = "PPPoE without Ethernet")]
    [TestCase(1, "020000000001" + "020000000002" + "8864" + "110000010022" + "0021" + Ip, TestName = "PPPoE")]
    [TestCase(1, "020000000001" + "020000000002" + "81000005" + "8864" + "110000010022" + "0021" + Ip, TestName = "PPPoE in a VLAN")]
    [TestCase(105, DataFrame + LlcSnap + Ip, TestName = "802.11")]
    [TestCase(127, "0000080000000000" + DataFrame + LlcSnap + Ip + "00000000", TestName = "radiotap")]
    [TestCase(192, "0000080069000000" + DataFrame + LlcSnap + Ip + "00000000", TestName = "PPI")]
    public void Ip_packet_is_found(int linkType, string frame)
    {
        Assert.That(OtherEncapsulations.TryFindIp((LinkType)linkType, Convert.FromHexString(frame), out var ip), Is.True);
        Assert.That(Convert.ToHexString(ip), Does.StartWith(Ip));
    }

    [TestCase(1, "020000000001" + "020000000002" + "0806" + "0001080006040001")]
    [TestCase(147, Ip)]
    [TestCase(9, "")]
    public void Frame_without_ip_has_none(int linkType, string frame) =>
        Assert.That(OtherEncapsulations.TryFindIp((LinkType)linkType, Convert.FromHexString(frame), out _), Is.False);

    [Test]
    public void Mutated_frames_never_throw()
    {
        (int LinkType, string Frame)[] frames =
        [
            (9, "0021" + Ip), (51, "1100000100220021" + Ip), (1, "0200000000010200000000028864" + "1100000100220021" + Ip),
            (105, DataFrame + LlcSnap + Ip), (127, "0000080000000000" + DataFrame + LlcSnap + Ip), (192, "0000080069000000" + DataFrame + LlcSnap + Ip),
        ];
        Gen.Select(Gen.Int[0, frames.Length - 1].Select(index => frames[index]), Gen.Int[0, 100], Gen.Select(Gen.Int[0, 100], Gen.Byte).Array[0, 6]).Sample(
            (sample, cut, changes) =>
            {
                var frame = Convert.FromHexString(sample.Frame);
                foreach (var (place, value) in changes)
                    frame[place % frame.Length] = value;
                var kept = frame[..Math.Min(cut, frame.Length)];
                var found = OtherEncapsulations.TryFindIp((LinkType)sample.LinkType, kept, out var ip);
                Assert.That(found, Is.EqualTo(!ip.IsEmpty));
            },
            iter: 5000);
    }
}
