using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CsCheck;

namespace CaBridge.Tests.Packets;

public sealed class FragmentReassemblerTests
{
    private static readonly byte[] Payload = Frames.Bytes(1000);

    [Test]
    public void Fragments_in_any_order_and_doubled_make_one_datagram() => Gen.Select(
        Gen.Bool, Gen.Int[600, 3000], Gen.Int[1, 60], Gen.Int[0, 1_000_000]).Sample((v6, length, blocks, seed) =>
    {
        var payload = Frames.Bytes(length, seed);
        var fragments = Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(payload, v6)), blocks * 8, v6);
        var random = new Random(seed);
        int[] order = [.. Enumerable.Range(0, fragments.Length), .. Enumerable.Range(0, fragments.Length).Where(_ => random.Next(2) == 0)];
        random.Shuffle(order);

        var probe = new ParserProbe();
        var seen = new HashSet<int>();
        foreach (var index in order)
        {
            var isNew = seen.Add(index);
            var parsed = probe.Parse(fragments[index]);
            var expected = !isNew ? PacketKind.Duplicate : seen.Count < fragments.Length ? PacketKind.Fragment : PacketKind.Udp;
            Assert.That(parsed.Kind, Is.EqualTo(expected));
            if (expected != PacketKind.Udp)
                continue;

            Assert.That(parsed.Payload, Is.EqualTo(payload));
            Assert.That(parsed.PayloadLength, Is.EqualTo(payload.Length));
            Assert.That(parsed.Frame, Is.EqualTo(probe.Frame));
            Assert.That(parsed.Time, Is.EqualTo(ParserProbe.TimeOf(probe.Frame)));
            Assert.That(parsed.IpId, Is.EqualTo(7));
        }

        probe.Parser.Complete();
        Assert.That(probe.Count(AnomalyKind.DuplicateFrame), Is.EqualTo(order.Length - fragments.Length));
        Assert.That(probe.Count(AnomalyKind.FragmentsIncomplete), Is.Zero);
    }, iter: 1000);

    [Test]
    public void Any_missing_fragment_leaves_the_datagram_incomplete([Values] bool v6)
    {
        var fragments = Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(Payload, v6)), 200, v6);
        for (var missing = 0; missing < fragments.Length; missing++)
        {
            var probe = new ParserProbe();
            foreach (var (i, fragment) in fragments.Index())
            {
                if (i != missing)
                    Assert.That(probe.Parse(fragment).Kind, Is.EqualTo(PacketKind.Fragment));
            }

            Assert.That(probe.Count(AnomalyKind.FragmentsIncomplete), Is.Zero);
            probe.Parser.Complete();
            Assert.That(probe.Count(AnomalyKind.FragmentsIncomplete), Is.EqualTo(1));
        }
    }

    [Test]
    public void Segments_and_tunnels_come_in_fragments_too()
    {
        var fragments = Frames.Fragments(6, Frames.PayloadOf(Frames.Tcp(Payload)), 512);
        var inTunnels = fragments.SelectMany((fragment, i) => Frames.Fragments(4, fragment, 256, id: (ushort)(100 + i))).ToArray();
        var probe = new ParserProbe();

        var kinds = inTunnels.Select(fragment => probe.Parse(fragment)).ToArray();

        Assert.That(kinds.SkipLast(1).Select(parsed => parsed.Kind), Is.All.EqualTo(PacketKind.Fragment));
        Assert.That(kinds[^1].Kind, Is.EqualTo(PacketKind.Tcp));
        Assert.That(kinds[^1].Payload, Is.EqualTo(Payload));
    }

    [Test]
    public void Overlap_keeps_the_byte_that_came_first([Values] bool partialFirst)
    {
        var whole = Frames.PayloadOf(Frames.Udp(Frames.Bytes(72)));
        var other = whole.Select(octet => (byte)~octet).ToArray();
        byte[][] fragments = partialFirst
            ? [Part(whole, 24, 24), Part(other, 16, 40, fresh: [16, 48], whole), Part(whole, 0, 16), Part(whole, 56, 24, last: true)]
            : [Part(whole, 0, 40), Part(other, 32, 16, fresh: [40], whole), Part(whole, 48, 32, last: true)];
        var probe = new ParserProbe();

        var parsed = fragments.Select(fragment => probe.Parse(fragment)).ToArray()[^1];

        Assert.That(parsed.Kind, Is.EqualTo(PacketKind.Udp));
        Assert.That(parsed.Payload, Is.EqualTo(Frames.Bytes(72)));
    }

    [Test]
    public void Fragments_of_several_datagrams_may_be_interleaved()
    {
        var probe = new ParserProbe();
        var datagrams = Enumerable.Range(1, 20)
            .Select(i => Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(Frames.Bytes(300, i))), 104, id: (ushort)i)).ToArray();

        var done = Enumerable.Range(0, 3).SelectMany(part => datagrams.Select(fragments => probe.Parse(fragments[part]))).ToArray();

        Assert.That(done.Take(40).Select(parsed => parsed.Kind), Is.All.EqualTo(PacketKind.Fragment));
        for (var i = 1; i <= 20; i++)
        {
            Assert.That(done[39 + i].IpId, Is.EqualTo(i));
            Assert.That(done[39 + i].Payload, Is.EqualTo(Frames.Bytes(300, i)));
        }
    }

    [Test]
    public void Cut_fragment_leaves_a_cut_datagram()
    {
        var fragments = Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(Payload)), 400);
        var probe = new ParserProbe();

        probe.Parse(fragments[0]);
        probe.Parse(fragments[1][..100], originalLength: fragments[1].Length);
        var parsed = probe.Parse(fragments[2]);

        Assert.That(parsed.Kind, Is.EqualTo(PacketKind.Udp));
        Assert.That(parsed.Payload, Is.EqualTo(Payload[..(400 - 8 + 80)]));
        Assert.That(parsed.PayloadLength, Is.EqualTo(Payload.Length));
        Assert.That(probe.Count(AnomalyKind.FrameCut), Is.EqualTo(1));
    }

    [Test]
    public void Unfinished_datagram_is_given_up_after_30_seconds()
    {
        var fragments = Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(Payload)), 400);
        var probe = new ParserProbe();
        probe.Parse(fragments[0], time: Seconds(0));

        probe.Parser.Expire(Seconds(30));
        Assert.That(probe.Count(AnomalyKind.FragmentsIncomplete), Is.Zero);
        probe.Parser.Expire(new CaptureTime(Seconds(30).UnixNanoseconds + 1));
        Assert.That(probe.Count(AnomalyKind.FragmentsIncomplete), Is.EqualTo(1));
    }

    [Test]
    public void Id_that_returns_after_30_seconds_begins_anew()
    {
        var old = Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(Frames.Bytes(1000, 5))), 400);
        var fragments = Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(Payload)), 400);
        var probe = new ParserProbe();
        probe.Parse(old[0], time: Seconds(0));
        probe.Parse(old[1], time: Seconds(20));

        Assert.That(probe.Parse(fragments[2], time: Seconds(31)).Kind, Is.EqualTo(PacketKind.Fragment));
        Assert.That(probe.Parse(fragments[1], time: Seconds(31)).Kind, Is.EqualTo(PacketKind.Fragment));
        Assert.That(probe.Parse(fragments[0], time: Seconds(31)).Payload, Is.EqualTo(Payload));
        Assert.That(probe.Count(AnomalyKind.FragmentsIncomplete), Is.EqualTo(1));
    }

    [Test]
    public void Fragment_of_a_complete_datagram_is_a_duplicate_for_a_second()
    {
        var fragments = Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(Payload)), 600);
        var probe = new ParserProbe();
        probe.Parse(fragments[0], time: Seconds(1));
        probe.Parse(fragments[1], time: Seconds(1));

        Assert.That(probe.Parse(fragments[1], time: Seconds(2)).Kind, Is.EqualTo(PacketKind.Duplicate));
        Assert.That(probe.Parse(fragments[0], time: Seconds(3)).Kind, Is.EqualTo(PacketKind.Fragment));
    }

    [Test]
    public void Datagram_that_was_quiet_for_longest_is_evicted()
    {
        var probe = new ParserProbe(options: new AnalyzerOptions { MaxFragmentedDatagrams = 2 });
        var datagrams = Enumerable.Range(1, 3)
            .Select(i => Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(Payload)), 400, id: (ushort)i)).ToArray();

        probe.Parse(datagrams[0][0]);
        probe.Parse(datagrams[1][0]);
        probe.Parse(datagrams[0][1]);
        probe.Parse(datagrams[2][0]);

        Assert.That(probe.Count(AnomalyKind.TableEvicted), Is.EqualTo(1));
        Assert.That(probe.Parse(datagrams[0][2]).Kind, Is.EqualTo(PacketKind.Udp));
        Assert.That(probe.Parse(datagrams[1][1]).Kind, Is.EqualTo(PacketKind.Fragment));
        Assert.That(probe.Parse(datagrams[1][2]).Kind, Is.EqualTo(PacketKind.Fragment));
    }

    [TestCase(0, 12, true, TestName = "Fragment_that_ends_within_a_block_is_malformed")]
    [TestCase(8, 0, false, TestName = "Fragment_without_payload_is_malformed")]
    [TestCase(65_528, 16, false, TestName = "Fragment_beyond_the_longest_datagram_is_malformed")]
    [TestCase(64, 8, false, TestName = "Last_fragment_before_the_end_is_malformed")]
    [TestCase(96, 16, true, TestName = "Fragment_beyond_the_last_is_malformed")]
    public void Contradicting_fragment_is_malformed_and_leaves_the_others(int offset, int length, bool more)
    {
        var whole = Frames.PayloadOf(Frames.Udp(Frames.Bytes(92)));
        var probe = new ParserProbe();
        probe.Parse(Part(whole, 0, 40));
        probe.Parse(Part(whole, 80, 20, last: true));

        Assert.That(probe.Parse(Frames.IPv4(17, new byte[length], offset: offset, more: more)).Kind, Is.EqualTo(PacketKind.Malformed));
        Assert.That(probe.Count(AnomalyKind.FrameMalformed), Is.EqualTo(1));
        Assert.That(probe.Parse(Part(whole, 40, 40)).Payload, Is.EqualTo(Frames.Bytes(92)));
    }

    [Test]
    public void Longest_datagram_fits()
    {
        var payload = Frames.Bytes(65_507);
        var probe = new ParserProbe();
        var parsed = Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(payload)), 1480).Reverse().Select(fragment => probe.Parse(fragment)).ToArray()[^1];
        Assert.That(parsed.Payload, Is.EqualTo(payload));
    }

    private static CaptureTime Seconds(long seconds) => new(seconds * CaptureDuration.NanosecondsPerSecond);

    private static byte[] Part(byte[] datagram, int offset, int length, bool last = false) =>
        Frames.IPv4(17, datagram[offset..(offset + length)], offset: offset, more: !last);

    /// <summary>A part of <paramref name="datagram"/> in which the blocks at <paramref name="fresh"/> are right.</summary>
    private static byte[] Part(byte[] datagram, int offset, int length, int[] fresh, byte[] right)
    {
        var mixed = datagram.ToArray();
        foreach (var block in fresh)
        {
            right.AsSpan(block, 8).CopyTo(mixed.AsSpan(block));
        }

        return Part(mixed, offset, length);
    }
}
