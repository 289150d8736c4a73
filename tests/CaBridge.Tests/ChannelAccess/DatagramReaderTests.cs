using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Tests.Kit;
using CsCheck;

namespace CaBridge.Tests.ChannelAccess;

/// <summary>Which datagrams are Channel Access, and which of their messages are read.</summary>
[TestFixture]
public sealed class DatagramReaderTests
{
    private const ushort Ephemeral = 50_000;
    private const ushort OtherPort = 6064;

    private static readonly byte[] Version = Ca.Sequence(1);
    private static readonly byte[] Search = Ca.Search(1, "LINAC:BPM4:X");
    private static readonly byte[] Bare = new byte[16];

    private static readonly (string Name, ushort From, ushort To, byte[][] Messages)[] Taken =
    [
        ("search", Ephemeral, 5064, [Version, Search, Search]),
        ("search without sequence", Ephemeral, 5064, [Search]),
        ("search at another port", Ephemeral, OtherPort, [Version, Search]),
        ("reply", 5064, Ephemeral, [Version, Ca.Found(1, 5064)]),
        ("reply from another port", OtherPort, Ephemeral, [Version, Ca.Found(1, 40_000)]),
        ("NOT_FOUND", 5064, Ephemeral, [Ca.NotFound(1)]),
        ("beacon", Ephemeral, 5065, [Ca.Beacon(3)]),
        ("beacon at another port", Ephemeral, OtherPort, [Ca.Beacon(3)]),
        ("REPEATER_REGISTER", Ephemeral, 5065, [Ca.Message(CaCommand.RepeaterRegister, p2: 0x0A2C_000B)]),
        ("REPEATER_CONFIRM", 5065, Ephemeral, [Ca.Message(CaCommand.RepeaterConfirm, p2: 0x0A2C_000B)]),
        ("VERSION of the repeater", 5065, Ephemeral, [Bare]),
        ("ERROR", 5064, Ephemeral, [Ca.Error(uint.MaxValue, 152, Search)]),
    ];

    private static readonly (string Name, ushort From, ushort To, byte[] Payload)[] Left =
    [
        ("nothing", Ephemeral, 5065, []),
        ("less than a header", Ephemeral, 5064, Search[..15]),
        ("zeros at another port", Ephemeral, OtherPort, Bare),
        ("many zeros", Ephemeral, 5064, new byte[64]),
        ("text", Ephemeral, 5064, Encoding.ASCII.GetBytes("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n")),
        ("DNS", Ephemeral, 53, [0, 6, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, .. "ioc"u8, 0, 0, 1, 0, 1]),
        ("NTP", 123, 123, [0x1B, .. new byte[47]]),
        ("SNMP", Ephemeral, 161, [0x30, 0x26, 2, 1, 1, 4, 6, .. "public"u8, 0xA0, 25, 2, 4, 0, 0, 0, 1, 2, 1, 0, 2, 1, 0]),
        ("TCP's command", Ephemeral, 5064, Ca.Get(257, 1)),
        ("unknown command", Ephemeral, 5064, Ca.Message((CaCommand)28)),
        ("search with control characters", Ephemeral, 5064, Ca.Search(1, "\u0001\u0002\u0003")),
        ("search at another port, cut short", Ephemeral, OtherPort, Search[..^8]),
        ("reply to a stranger from a port that is not allowed", OtherPort, Ephemeral, Ca.Found(1, 80)),
    ];

    public static IEnumerable<TestCaseData> TakenCases => Taken.Select((one, i) => new TestCaseData(i).SetArgDisplayNames(one.Name));

    public static IEnumerable<TestCaseData> LeftCases => Left.Select((one, i) => new TestCaseData(i).SetArgDisplayNames(one.Name));

    [TestCaseSource(nameof(TakenCases))]
    public void Datagram_is_read_to_its_end(int index)
    {
        var (_, from, to, messages) = Taken[index];
        var wire = new Wire();
        wire.Datagram(Wire.Console with { Port = from }, Wire.OtherIoc with { Port = to }, messages);

        Assert.That(wire.Messages.Select(message => message.Header.Command), Is.EqualTo(messages.Select(message => (CaCommand)message[1])));
        Assert.That((wire.Snapshot().ChannelAccessFrames, wire.Anomalies(AnomalyKind.MessageMalformed)), Is.EqualTo((1, 0)));
    }

    [TestCaseSource(nameof(LeftCases))]
    public void Datagram_is_not_channel_access(int index)
    {
        var (_, from, to, payload) = Left[index];
        var wire = new Wire();
        wire.Datagram(Wire.Console with { Port = from }, Wire.OtherIoc with { Port = to }, payload);

        Assert.That((wire.Messages.Count, wire.Snapshot().ChannelAccessFrames), Is.EqualTo((0, 0L)));
    }

    [Test]
    public void Wake_up_of_a_client_to_itself_is_read()
    {
        var wire = new Wire();
        var self = Wire.Console with { Port = Ephemeral };
        wire.Datagram(self, self, Bare);

        Assert.That(wire.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public void Reply_from_a_port_that_a_client_searched_at_is_read_whatever_port_it_names()
    {
        var wire = new Wire();
        var client = Wire.Console with { Port = Ephemeral };
        wire.Datagram(client, Wire.OtherIoc with { Port = OtherPort }, Version, Search);
        wire.Datagram(Wire.OtherIoc with { Port = OtherPort }, client, Ca.Found(1, 80));

        Assert.That(wire.Messages, Has.Count.EqualTo(3));
    }

    [Test]
    public void Rest_that_cannot_be_a_message_is_counted_and_passed_over()
    {
        var wire = new Wire();
        wire.Datagram(Wire.Console with { Port = Ephemeral }, Wire.Broadcast, Version, Search, Ca.Message((CaCommand)99), Search);

        Assert.That(wire.Messages, Has.Count.EqualTo(2));
        Assert.That(wire.Snapshot().Anomalies.Single(), Is.EqualTo(new AnomalyCount(AnomalyKind.MessageMalformed, 1, 1, 16 + Search.Length)));
    }

    [Test]
    public void Message_that_the_snap_length_cut_is_not_malformed()
    {
        var wire = new Wire();
        wire.PutCut(WireFrame.Udp(Wire.Console with { Port = Ephemeral }, Wire.Broadcast, 1, Ca.Join(Version, Search, Search)), missingBytes: 4);

        Assert.That(wire.Messages, Has.Count.EqualTo(2));
        Assert.That((wire.Anomalies(AnomalyKind.MessageMalformed), wire.Anomalies(AnomalyKind.FrameCut)), Is.EqualTo((0, 1)));
    }

    [TestCase(5064)]
    [TestCase(OtherPort)]
    public void Random_bytes_are_not_channel_access(int port)
    {
        var wire = new Wire();
        Gen.Byte.Array[0, 100].Sample(
            payload =>
            {
                wire.Datagram(Wire.Console with { Port = Ephemeral }, Wire.OtherIoc with { Port = (ushort)port }, payload);
                return wire.Messages.Count == 0;
            },
            iter: 50_000,
            threads: 1);
    }
}
