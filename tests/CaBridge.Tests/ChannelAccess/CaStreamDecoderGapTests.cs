using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Tests.Kit;
using CsCheck;

namespace CaBridge.Tests.ChannelAccess;

[TestFixture]
public sealed class CaStreamDecoderGapTests
{
    private static (Sender Sender, byte[][] Messages)[] Streams => CaStreamDecoderTests.Streams;

    /// <summary>Everything before the gap comes, and all from the first boundary found behind it; nothing that was not sent.</summary>
    [TestCaseSource(nameof(Streams))]
    public void Gap_anywhere_of_any_length_invents_nothing((Sender Sender, byte[][] Messages) stream)
    {
        var bytes = Ca.Join(stream.Messages);
        var sent = DecoderProbe.Expected(stream.Messages);
        var starts = Starts(stream.Messages);
        for (var from = 0; from < bytes.Length; from++)
        {
            for (var until = from + 1; until <= bytes.Length; until++)
            {
                var given = new DecoderProbe(stream.Sender).Feed(bytes.AsSpan(0, from)).Gap(until - from).Feed(bytes.AsSpan(until)).Messages;
                var before = starts.Count(start => start <= from) - 1;
                var behind = given.Count - before;
                if (behind < 0 || !given.Take(before).SequenceEqual(sent.Take(before)) || !Ends(sent, given.Skip(before), before))
                {
                    Assert.Fail($"gap [{from}, {until}) gave {string.Join(", ", given.Select(message => message.Header))}");
                }

                var boundary = Array.IndexOf(starts, until);
                if (boundary > 0 && behind < sent.Length - boundary)
                {
                    Assert.Fail($"gap [{from}, {until}) ends on a boundary but only {behind} messages came behind it");
                }
            }
        }
    }

    [TestCaseSource(nameof(Streams))]
    public void Gaps_and_chunks_anywhere_invent_nothing((Sender Sender, byte[][] Messages) stream)
    {
        var bytes = Ca.Join(stream.Messages);
        var sent = DecoderProbe.Expected(stream.Messages);
        Gen.Select(Gen.Int[1, 120], Gen.Bool, (length, isGap) => (length, isGap)).Array[1, 30].Sample(parts =>
        {
            var probe = new DecoderProbe(stream.Sender);
            var rest = bytes.AsSpan();
            foreach (var (length, isGap) in parts)
            {
                var part = rest[..Math.Min(length, rest.Length)];
                rest = rest[part.Length..];
                _ = isGap && part.Length > 0 ? probe.Gap(part.Length) : probe.Feed(part);
            }

            var next = 0;
            return probe.Messages.TrueForAll(message =>
            {
                while (next < sent.Length && !IsThat(message, sent[next]))
                {
                    next++;
                }

                return next++ < sent.Length;
            });
        });
    }

    [Test]
    public void Gap_within_a_payload_leaves_the_message_with_what_was_there()
    {
        var message = Ca.GotArray(1, 10);
        var probe = new DecoderProbe(Sender.Server).Feed(message.AsSpan(0, 24)).Gap(40).Feed(message.AsSpan(64)).Feed(Ca.Got(2));

        Assert.That(probe.Messages, Is.EqualTo((SeenMessage[])
        [
            DecoderProbe.Expected([message])[0] with { Payload = message[16..24], HasGap = true },
            .. DecoderProbe.Expected([Ca.Got(2)]),
        ]));
        Assert.That(probe.Count(AnomalyKind.MessageResync), Is.Zero);
    }

    [Test]
    public void Gap_to_the_end_of_a_payload_loses_that_message_and_no_other()
    {
        var message = Ca.GotArray(1, 10);
        var probe = new DecoderProbe(Sender.Server).Feed(message.AsSpan(0, 24)).Gap(message.Length - 24).Feed(Ca.Echo());

        Assert.That(probe.Messages, Is.EqualTo(DecoderProbe.Expected([Ca.Echo()])));
    }

    [Test]
    public void Gap_that_ends_within_a_value_does_not_take_the_value_for_messages()
    {
        var inner = Ca.Join(Ca.Rights(1), Ca.Created(1, 257), Ca.Got(9));
        var value = Ca.Message(CaCommand.ReadNotify, Ca.Normal, 1, Ca.Double, (uint)inner.Length, inner);
        var probe = new DecoderProbe(Sender.Server).Feed(value.AsSpan(0, 20)).Gap(4).Feed(value.AsSpan(24)).Feed(Ca.Got(2));

        Assert.That(probe.Messages.Select(message => message.Header.Parameter2), Is.EqualTo([1u, 2u]));
    }

    [Test]
    public void Gap_of_unknown_length_ends_at_the_next_boundary_whatever_the_phase([Range(0, 7)] int phase)
    {
        var probe = new DecoderProbe(Sender.Server).Feed(Ca.Got(1)).Feed(Ca.Got(2).AsSpan(0, 16 + phase)).Gap(0).Feed(Ca.Join(Ca.Got(3), Ca.Got(4)));

        Assert.That(probe.Messages.Select(message => message.Header.Parameter2), Is.EqualTo([1u, 3u, 4u]));
        Assert.That(probe.Count(AnomalyKind.MessageResync), Is.EqualTo(1));
    }

    /// <summary>Every byte is of a message that came, or is told to be passed over: what was begun before the gap, and what was searched.</summary>
    [Test]
    public void Bytes_of_a_lost_message_are_counted([Range(1, 23)] int begun)
    {
        var reply = Ca.Got(2);
        var probe = new DecoderProbe(Sender.Server).Feed(reply.AsSpan(0, begun)).Gap(reply.Length - begun + 4).Feed([0, 9, 9, 9]).Feed(Ca.Got(3));

        Assert.That(probe.Messages.Select(message => message.Header.Parameter2), Is.EqualTo([3u]));
        Assert.That((probe.Count(AnomalyKind.MessageResync), probe.Bytes(AnomalyKind.MessageResync)), Is.EqualTo((1, begun + 4)));
    }

    [Test]
    public void Search_without_success_is_counted_at_the_end()
    {
        var probe = new DecoderProbe(Sender.Server).Feed(Ca.Got(2).AsSpan(0, 10)).Gap(30);
        for (var i = 0; i < 5; i++)
        {
            probe.Feed(new byte[100]);
        }

        Assert.That(probe.Bytes(AnomalyKind.MessageResync), Is.Zero);
        probe.Complete().Complete();
        Assert.That((probe.Count(AnomalyKind.MessageResync), probe.Bytes(AnomalyKind.MessageResync)), Is.EqualTo((1, 510)));
    }

    private static int[] Starts(byte[][] messages)
    {
        var starts = new int[messages.Length + 1];
        for (var i = 0; i < messages.Length; i++)
        {
            starts[i + 1] = starts[i] + messages[i].Length;
        }

        return starts;
    }

    /// <summary>Whether messages are the last ones sent, but for the one that the gap was in, which may come first.</summary>
    private static bool Ends(SeenMessage[] sent, IEnumerable<SeenMessage> given, int first)
    {
        var rest = given.ToList();
        if (rest.Count > 0 && rest[0].HasGap)
        {
            if (!IsThat(rest[0], sent[first]))
            {
                return false;
            }

            rest.RemoveAt(0);
        }

        return rest.SequenceEqual(sent.TakeLast(rest.Count));
    }

    private static bool IsThat(SeenMessage given, SeenMessage sent) => given.HasGap
        ? given.Header == sent.Header && given.Payload.Length < sent.Payload.Length && sent.Payload.AsSpan().StartsWith(given.Payload)
        : given.Equals(sent);
}
