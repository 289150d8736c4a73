using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CsCheck;

namespace CaBridge.Tests.Capture;

public sealed class BrokenCaptureTests
{
    private static readonly byte[] Pcap = CaptureSamples.Pcap([1, 2, 3]);

    private static readonly byte[] Pcapng = new PcapngBlocks().Section().Interface().Packet(0, 1, [1]).Packet(0, 2, [2, 2]).SimplePacket([3], 1).ToArray();

    private static readonly byte[][] Samples = [Pcap, Pcapng, CaptureSamples.Gzip(Pcap), CaptureSamples.Gzip(Pcapng)];

    [Test]
    public void Pcap_cut_anywhere_keeps_the_frames_before([Values(0, 1024)] int window)
    {
        int[] ends = [24, 24 + 16 + 2, 42 + 16 + 3, 61 + 16 + 4];
        for (var length = 24; length <= Pcap.Length; length++)
        {
            var read = CaptureSamples.ReadAll(Pcap[..length], new CaptureReaderOptions { ReorderWindow = window });

            Assert.That(read.Frames, Has.Count.EqualTo(ends.Count(end => end <= length) - 1), $"cut at {length}");
            Assert.That(read.Problems, Has.Count.EqualTo(ends.Contains(length) ? 0 : 1), $"cut at {length}");
            Assert.That(read.Problems.Any(problem => problem.IsFatal), Is.False);
        }
    }

    [Test]
    public void Pcapng_cut_anywhere_keeps_the_frames_before([Values(0, 1024)] int window)
    {
        int[] ends = [28, 48, 48 + 36, 84 + 36, 120 + 20];
        for (var length = 28; length <= Pcapng.Length; length++)
        {
            var read = CaptureSamples.ReadAll(Pcapng[..length], new CaptureReaderOptions { ReorderWindow = window });

            Assert.That(read.Frames, Has.Count.EqualTo(Math.Max(0, ends.Count(end => end <= length) - 2)), $"cut at {length}");
            Assert.That(read.Messages.Count(message => message.StartsWith("The file ends inside", StringComparison.Ordinal)), Is.EqualTo(ends.Contains(length) ? 0 : 1));
            Assert.That(read.Problems.Any(problem => problem.IsFatal), Is.False);
        }
    }

    [Test]
    public void Cut_tail_tells_where_and_how_much()
    {
        var read = CaptureSamples.ReadAll(Pcap[..^1]);

        Assert.That(read.Problems, Is.EqualTo(new[]
        {
            new CaptureProblem("sample", Frame: 2, ByteOffset: 61, "The file ends inside a record, after 19 of at least 20 bytes.", IsFatal: false),
        }));
    }

    [Test]
    public void Absurd_record_length_is_fatal()
    {
        byte[] bytes = [.. Pcap, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0, .. new byte[100]];

        var read = CaptureSamples.ReadAll(bytes);

        Assert.That(read.Numbers, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(read.Problems, Is.EqualTo(new[]
        {
            new CaptureProblem(
                "sample",
                Frame: 3,
                ByteOffset: 81,
                "The record after frame 3 claims 2147483647 captured bytes, where 262144 is the most; nothing after it can be read.",
                IsFatal: true),
        }));
    }

    [Test]
    public void Snap_length_of_the_header_allows_longer_records()
    {
        var stream = new MemoryStream();
        using (var writer = new PcapWriter(stream, new PcapWriterOptions { SnapLengthBytes = 300_000 }))
            writer.Write(new Packet(default, frame: 0, LinkType.Ethernet, new byte[300_000], originalLength: 300_000));

        Assert.That(CaptureSamples.ReadAll(stream.ToArray()).Frames, Has.Count.EqualTo(1));
    }

    [TestCase(8u, "claims a length of 8 bytes")]
    [TestCase(33u, "claims a length of 33 bytes")]
    [TestCase(0x7FFF_FFFCu, "claims a length of 2147483644 bytes")]
    public void Absurd_block_length_is_fatal(uint length, string what)
    {
        var blocks = new PcapngBlocks().Section().Interface().Packet(0, 1, [1]);
        blocks.Raw([.. blocks.U32(6), .. blocks.U32(length), .. new byte[100]]);

        var read = CaptureSamples.ReadAll(blocks.ToArray());

        Assert.That(read.Numbers, Is.EqualTo(new[] { 1 }));
        Assert.That(read.Problems, Is.EqualTo(new[]
        {
            new CaptureProblem("sample", Frame: 1, ByteOffset: 84, $"The block after frame 1 {what}; nothing after it can be read.", IsFatal: true),
        }));
    }

    [Test]
    public void Block_that_contradicts_itself_is_fatal()
    {
        var packet = new PcapngBlocks().Packet(0, 1, [1]).ToArray();
        packet[20] = 5; // captured length, of a block with room for 4
        var bytes = new PcapngBlocks().Section().Interface().Packet(0, 1, [1]).Raw(packet).Packet(0, 2, [2]).ToArray();
        var tail = new PcapngBlocks().Section().Interface().Packet(0, 1, [1]).ToArray();
        tail[^4] = 40;

        Assert.That(CaptureSamples.ReadAll(bytes).Messages, Is.EqualTo(new[]
        {
            "The block after frame 1 claims 5 captured bytes and has room for 4; nothing after it can be read.",
        }));
        Assert.That(CaptureSamples.ReadAll(tail).Messages, Is.EqualTo(new[]
        {
            "The block after frame 0 claims a length of 36 bytes at its beginning and 40 at its end; nothing after it can be read.",
        }));
    }

    [Test]
    public void Failing_input_ends_reading_with_a_problem()
    {
        using var stream = new FailingStream(Pcap[..50]);
        var read = CaptureSamples.ReadAll(stream);

        Assert.That(read.Numbers, Is.EqualTo(new[] { 1 }));
        Assert.That(read.Problems, Is.EqualTo(new[] { new CaptureProblem("sample", Frame: 1, ByteOffset: 50, "Reading failed: The cable is out.", IsFatal: true) }));
    }

    [Test]
    public void Mutated_captures_never_throw_while_reading([Values(0, 2)] int window)
    {
        var options = new CaptureReaderOptions { ReorderWindow = window, BufferBytes = 4096 };
        Gen.Select(Gen.Int[0, Samples.Length - 1].Select(index => Samples[index]), Gen.Select(Gen.Int[0, 4000], Gen.Byte).Array[1, 8]).Sample(
            (sample, changes) =>
            {
                var bytes = (byte[])sample.Clone();
                foreach (var (place, value) in changes)
                    bytes[place % bytes.Length] = value;
                try
                {
                    var read = CaptureSamples.ReadAll(bytes, options);
                    Assert.That(read.File.Frames, Is.EqualTo(read.Frames.Count));
                }
                catch (CaptureException)
                {
                    // refused at open, in a sentence
                }
            },
            iter: 2000);
    }

    private sealed class FailingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer)
        {
            var read = base.Read(buffer);
            return read > 0 ? read : throw new IOException("The cable is out.");
        }
    }
}
