using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Text;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Extcap;

/// <summary>Text that a stranger chose is shown as text: nothing of it acts on the terminal.</summary>
internal sealed class DissectorTextTests
{
    private const string Forged = "evil\u001b[31m\n1 1 fake\u001b]0;pwn\u0007\u007f\u0085\u00ad\u061c\u2028\u202e\u2066\ufeff é";

    /// <summary>Wireshark writes it out in the text that it makes of a field.</summary>
    private const int LineSeparator = 0x2028;

    private readonly Tshark _tshark = new();

    private string _capture = "";

    [OneTimeSetUp]
    public void WriteCapture()
    {
        var call = new TcpCall(new Wire());
        WireFrame[] frames =
        [
            call.Syn(),
            call.SynAck(),
            call.FromClient(TcpFlags.Ack),
            call.FromClient(Ca.Version(), Ca.ClientName(), Ca.HostName(), Ca.Create(1, "plain")),
            call.FromServer(Ca.Version(), Ca.Rights(1), Ca.Created(1, 257)),
            call.FromClient(Ca.Create(2, Forged)),
            call.FromServer(Ca.Rights(2), Ca.Created(2, 258)),
            call.FromClient(Ca.Get(258, 1)),
            call.FromServer(Ca.Error(2, 0xA0, Ca.Get(258, 1), Forged)),
        ];
        _capture = Path.GetTempFileName();
        File.WriteAllBytes(_capture, CaptureBytes.Pcap(frames.Select((frame, i) => new CapturedFrame(i * 1_000_000L, LinkType.Ethernet, frame.Bytes, frame.Bytes.Length))));
    }

    [OneTimeTearDown]
    public void Clear()
    {
        _tshark.Dispose();
        File.Delete(_capture);
    }

    [Test]
    public void A_name_is_one_row_of_the_list_of_PVs()
    {
        var rows = _tshark.Read(_capture, "-q", "-z", "cabridge,pvs").Split('\n').Skip(2).Where(line => line.Length > 0);

        Assert.That(rows, Has.Exactly(2).Items);
        Assert.That(rows.First(), Does.EndWith("  " + ForeignText.Line(Forged)));
    }

    [TestCase("-V")]
    [TestCase("-P")]
    [TestCase("-2", "-V", "-P")]
    public void Packets_show_no_control_characters(params string[] arguments)
    {
        var text = _tshark.Read(_capture, arguments);

        Assert.That(text.EnumerateRunes().Where(rune => rune.Value is not ('\n' or LineSeparator) && ForeignText.IsUnsafe(rune)), Is.Empty);
        Assert.That(text, Does.Not.Contain("\n1 1 fake"));
        Assert.That(text, Does.Contain("CREATE_CHAN " + ForeignText.Line(Forged)));
    }

    [Test]
    public void A_filter_finds_the_name_as_it_was_sent()
    {
        var frames = _tshark.Read(_capture, "-Y", "ca.pv contains \"evil\\x1b[31m\"", "-T", "fields", "-e", "frame.number");

        Assert.That(frames.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo((string[])["6", "7", "8", "9"]));
    }
}
