using CaBridge.Analysis.ChannelAccess;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.ChannelAccess;

/// <summary>rsrv sends all 40 bytes of a STRING, and behind the text whatever its buffer held: old replies, up to the next message.</summary>
[TestFixture]
public sealed class StringRemainsTests
{
    private const int StringBytes = 40;
    private const int FullSegment = 1448;

    private static readonly byte[][] Following = [Ca.Got(7), Ca.Rights(5), Ca.Created(5, 9), Ca.Got(8)];

    private static IEnumerable<byte[]> Remains =>
    [
        Ca.Rights(1),
        Ca.Created(1, 257),
        Ca.Got(3),
        Ca.Join(Ca.Rights(1), Ca.Created(1, 257)),
    ];

    [TestCaseSource(nameof(Remains))]
    public void Old_replies_behind_a_string_are_no_messages(byte[] remains)
    {
        var reply = StringReply(remains);
        var stream = Ca.Join([reply, .. Following]);
        var sent = DecoderProbe.Expected(Following);
        for (var from = 8; from < reply.Length; from++)
        {
            var given = new DecoderProbe(Sender.Server).Gap(FullSegment + from).Feed(stream.AsSpan(from)).Messages;

            Assert.That(given, Is.EqualTo(sent.TakeLast(given.Count)), $"from {from}");
            Assert.That(given, Has.Count.GreaterThan(1), $"from {from}");
        }
    }

    [TestCaseSource(nameof(Remains))]
    public void Whole_strings_keep_what_is_behind_the_text(byte[] remains)
    {
        byte[][] stream = [StringReply(remains), .. Following];

        Assert.That(new DecoderProbe(Sender.Server).Feed(Ca.Join(stream)).Messages, Is.EqualTo(DecoderProbe.Expected(stream)));
    }

    [Test]
    public void Behind_a_small_gap_the_next_segment_begins_with_a_message()
    {
        var given = new DecoderProbe(Sender.Server).Feed(Ca.Got(1)).Gap(24).Feed(Ca.Got(3)).Messages;

        Assert.That(given, Is.EqualTo(DecoderProbe.Expected([Ca.Got(1), Ca.Got(3)])));
    }

    [Test]
    public void A_segment_of_nothing_but_small_messages_is_believed()
    {
        var given = new DecoderProbe(Sender.Server).Feed(Ca.Got(1)).Gap(FullSegment).Feed(Ca.Got(3)).Messages;

        Assert.That(given, Is.EqualTo(DecoderProbe.Expected([Ca.Got(1), Ca.Got(3)])));
    }

    private static byte[] StringReply(byte[] remains)
    {
        var value = new byte[StringBytes];
        "0.0"u8.CopyTo(value);
        remains.CopyTo(value.AsSpan(StringBytes - remains.Length));
        return Ca.Message(CaCommand.ReadNotify, Ca.Normal, p2: 6, (ushort)DbrType.String, 1, value);
    }
}
