using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Tests.Kit;
using CsCheck;

namespace CaBridge.Tests.ChannelAccess;

[TestFixture]
public sealed class CaStreamDecoderTests
{
    public static readonly (Sender Sender, byte[][] Messages)[] Streams = [(Sender.Client, CaStreams.Client), (Sender.Server, CaStreams.Server)];

    public static IEnumerable<TestCaseData> EveryMessage => Streams.SelectMany(stream => stream.Messages.Select((message, i) =>
        new TestCaseData(message).SetArgDisplayNames($"{stream.Sender} {i} {((CaCommand)message[1]).Name()}")));

    [TestCaseSource(nameof(EveryMessage))]
    public void Message_comes_whole_oversized_split_at_any_byte_and_byte_by_byte(byte[] message)
    {
        var one = DecoderProbe.Expected([message]);
        var two = DecoderProbe.Expected([message, Ca.Rights(7)]);
        Assert.That(New().Feed(message).Messages, Is.EqualTo(one));
        Assert.That(New().Feed([.. message, .. Ca.Rights(7)]).Messages, Is.EqualTo(two));
        var slow = New();
        for (var at = 0; at < message.Length; at++)
        {
            var split = New().Feed(message.AsSpan(0, at));
            Assert.That(split.Messages, Is.Empty, $"before byte {at}");
            Assert.That(split.Feed(message.AsSpan(at)).Messages, Is.EqualTo(one), $"split at {at}");
            Assert.That(slow.Messages, Is.Empty);
            slow.Feed(message.AsSpan(at, 1));
        }

        Assert.That(slow.Messages, Is.EqualTo(one));

        static DecoderProbe New() => new(Sender.Unknown);
    }

    [Test]
    public void Incomplete_message_is_not_given_but_its_bytes_are_taken()
    {
        var decoder = new CaStreamDecoder(1024, new AnomalyLog());
        decoder.Reset(midStream: false);
        ReadOnlySpan<byte> input = Ca.Got(1).AsSpan(0, 20);

        Assert.That(decoder.TryRead(ref input, Sender.Server, frame: 1, out _), Is.False);
        Assert.That(input.Length, Is.Zero);
    }

    [Test]
    public void One_read_takes_one_message()
    {
        var decoder = new CaStreamDecoder(1024, new AnomalyLog());
        decoder.Reset(midStream: false);
        ReadOnlySpan<byte> input = Ca.Join(Ca.Got(1), Ca.Echo());

        Assert.That(decoder.TryRead(ref input, Sender.Server, frame: 1, out var message), Is.True);
        Assert.That(message.Header.Command, Is.EqualTo(CaCommand.ReadNotify));
        Assert.That(input.Length, Is.EqualTo(CaHeader.Size));
    }

    [TestCaseSource(nameof(Streams))]
    public void Chunking_never_changes_the_messages((Sender Sender, byte[][] Messages) stream)
    {
        var bytes = Ca.Join(stream.Messages);
        var expected = DecoderProbe.Expected(stream.Messages);
        Gen.Int[0, 90].Array[1, 60].Sample(lengths =>
        {
            var probe = new DecoderProbe(stream.Sender);
            var rest = bytes.AsSpan();
            foreach (var length in lengths)
            {
                probe.Feed(rest[..Math.Min(length, rest.Length)]);
                rest = rest[Math.Min(length, rest.Length)..];
            }

            return probe.Feed(rest).Messages.SequenceEqual(expected);
        });
    }

    [Test]
    public void Value_that_spans_inputs_is_kept_up_to_the_limit()
    {
        var message = Ca.GotArray(3, 100);
        var probe = new DecoderProbe(Sender.Server, dataLimit: 24);
        for (var at = 0; at < message.Length; at += 10)
        {
            probe.Feed(message.AsSpan(at, Math.Min(10, message.Length - at)));
        }

        Assert.That(probe.Messages.Single().Payload, Is.EqualTo(message[16..40]));
        Assert.That(probe.Messages.Single().Header.PayloadSize, Is.EqualTo(800));
    }

    [Test]
    public void Name_that_spans_inputs_is_kept_whatever_the_limit()
    {
        var message = Ca.Create(1, "LINAC:BPM4:X");
        var probe = new DecoderProbe(Sender.Client, dataLimit: 0).Feed(message.AsSpan(0, 20)).Feed(message.AsSpan(20));

        Assert.That(probe.Messages, Is.EqualTo(DecoderProbe.Expected([message])));
    }

    [Test]
    public void Unknown_command_is_passed_over_to_the_next_message()
    {
        var unknown = Ca.Rights(1);
        unknown[1] = 28;
        var probe = new DecoderProbe(Sender.Server).Feed(Ca.Join(Ca.Got(1), unknown, Ca.Got(2), Ca.Got(3)));

        Assert.That(probe.Messages, Is.EqualTo(DecoderProbe.Expected([Ca.Got(1), Ca.Got(2), Ca.Got(3)])));
        Assert.That((probe.PassedOverBytes, probe.Count(AnomalyKind.MessageMalformed), probe.Count(AnomalyKind.MessageResync)), Is.EqualTo((16, 1, 1)));
    }

    [Test]
    public void Payload_that_is_no_multiple_of_8_is_malformed()
    {
        var odd = Ca.Got(1);
        odd[3] = 7;
        var probe = new DecoderProbe(Sender.Server).Feed(Ca.Join(odd, Ca.Got(2), Ca.Got(3)));

        Assert.That(probe.Messages, Is.EqualTo(DecoderProbe.Expected([Ca.Got(2), Ca.Got(3)])));
        Assert.That(probe.PassedOverBytes, Is.EqualTo(24));
    }

    [Test]
    public void Impossible_header_is_passed_over_wherever_it_is_split([Values] bool extended)
    {
        var impossible = extended ? Ca.Get(257, 2, extended: true) : Ca.Rights(1);
        impossible[1] = 200;
        var next = Ca.Join(Ca.Rights(1), Ca.Created(1, 257));
        for (var at = 1; at < impossible.Length; at++)
        {
            var probe = new DecoderProbe(Sender.Server).Feed(impossible.AsSpan(0, at)).Feed(impossible.AsSpan(at)).Feed(next);

            Assert.That(probe.Messages, Is.EqualTo(DecoderProbe.Expected([Ca.Rights(1), Ca.Created(1, 257)])), $"split at {at}");
        }
    }

    [Test]
    public void Abandoned_direction_takes_everything_and_gives_nothing()
    {
        var probe = new DecoderProbe(Sender.Server).Feed(Ca.Got(1)).Abandon().Feed(Ca.Got(2)).Gap(8).Feed(Ca.Got(3));

        Assert.That(probe.Messages, Is.EqualTo(DecoderProbe.Expected([Ca.Got(1)])));
    }

    [Test]
    public void Stream_from_its_middle_begins_with_the_first_boundary()
    {
        var bytes = Ca.Join(Ca.GotArray(1, 12), Ca.Got(2), Ca.PutDone(3));
        for (var from = 1; from < bytes.Length - Ca.Join(Ca.Got(2), Ca.PutDone(3)).Length; from++)
        {
            var probe = new DecoderProbe(Sender.Server, midStream: true).Feed(bytes.AsSpan(from)).Feed(Ca.Got(4));

            // from a place that is no multiple of 8, the first boundary is that of the next segment
            var expected = from % 8 == 0 ? DecoderProbe.Expected([Ca.Got(2), Ca.PutDone(3), Ca.Got(4)]) : DecoderProbe.Expected([Ca.Got(4)]);
            Assert.That(probe.Messages, Is.EqualTo(expected), $"from {from}");
        }
    }
}
