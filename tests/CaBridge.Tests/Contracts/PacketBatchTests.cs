using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CsCheck;
using Google.Protobuf;

namespace CaBridge.Tests.Contracts;

[TestFixture]
internal sealed class PacketBatchTests
{
    private static readonly LinkType[] LinkTypes = [LinkType.Ethernet, LinkType.Raw, LinkType.LinuxSll2];

    private static readonly Gen<Sample> AnySample = Gen.Select(
        Gen.Long[0, long.MaxValue],
        Gen.Int[1, 5],
        Gen.Int[0, LinkTypes.Length - 1],
        Gen.OneOf(Gen.Const(0), Gen.Int[0, 9000]),
        Gen.Byte.Array[0, 200],
        (time, frameStep, index, cut, data) => new Sample(time, frameStep, index, cut, data));

    private static readonly Gen<Sample[]> Plain = AnySample.Select(sample => sample with { FrameStep = 1, Index = 0, Cut = 0 }).Array[0, 60];

    [Test]
    public void What_goes_in_comes_out([Values] bool plain) =>
        Gen.Select(plain ? Plain : AnySample.Array[0, 60], Gen.Int[1, 20], Gen.Int[1, 400]).Sample((samples, maxPackets, maxBytes) =>
        {
            var batches = Build(samples, maxPackets, maxBytes);
            var read = batches.SelectMany(batch => Read(PacketBatch.Parser.ParseFrom(batch.ToByteArray()))).ToList();

            Assert.That(read, Is.EqualTo(Expected(samples)));
            Assert.That(batches.Select(batch => batch.CapturedLengths.Count), Has.All.InRange(1, maxPackets));
            Assert.That(batches.Select(batch => batch.Data.Length - Math.Max(maxBytes, batch.CapturedLengths[0])), Has.All.AtMost(0));
        });

    [Test]
    public void Columns_that_say_nothing_are_left_out() => Plain.Where(samples => samples.Length > 0).Sample(samples =>
    {
        var batch = Build(samples, samples.Length, 100_000)[0];

        Assert.That((batch.OriginalLengths.Count, batch.InterfaceIndexes.Count, batch.FrameDeltas.Count), Is.EqualTo((0, 0, 0)));
    });

    [Test]
    public void Builder_is_empty_after_building()
    {
        var builder = new PacketBatchBuilder();
        builder.TryAdd(new Packet(new CaptureTime(5), 9, LinkType.Ethernet, [1, 2, 3], 60, 2));
        builder.Build();
        builder.TryAdd(new Packet(new CaptureTime(7), 11, LinkType.Ethernet, [4], 1));

        Assert.That(builder.Count, Is.EqualTo(1));
        Assert.That(builder.Build(), Is.EqualTo(new PacketBatch
        {
            Data = ByteString.CopyFrom(4),
            FirstUnixNs = 7,
            FirstFrame = 11,
            TimeDeltasNs = { 0 },
            CapturedLengths = { 1 },
        }));
    }

    [Test]
    public void Packet_that_is_longer_than_a_batch_gets_one_of_its_own()
    {
        var batches = Build([new(1, 1, 0, 0, [1]), new(2, 1, 0, 0, new byte[1000]), new(3, 1, 0, 0, [2])], 10, 100);

        Assert.That(batches.Select(batch => batch.Data.Length), Is.EqualTo((int[])[1, 1000, 1]));
    }

    [Test]
    public void Batch_without_packets_is_right_without_interfaces() => Assert.That(PacketBatchReader.Fault(new PacketBatch(), interfaces: 0), Is.Null);

    [Test]
    public void Packets_need_an_interface() => Assert.That(
        PacketBatchReader.Fault(new PacketBatch { TimeDeltasNs = { 0 }, CapturedLengths = { 0 } }, interfaces: 0), Does.StartWith("interface_indexes"));

    /// <summary>A column longer or shorter than the rest is found, whichever it is.</summary>
    [Test]
    public void Column_of_another_length_is_found() => Gen.Select(AnySample.Array[2, 30], Gen.Int[0, 5], Gen.Bool).Sample((samples, column, longer) =>
    {
        samples[0] = samples[0] with { Cut = 1, Index = 1 };
        samples[1] = samples[1] with { FrameStep = 3 };
        var batch = Build(samples, samples.Length, 100_000)[0];
        switch (column)
        {
            case 0:
                Bend(batch.TimeDeltasNs, longer);
                break;
            case 1:
                Bend(batch.CapturedLengths, longer);
                break;
            case 2:
                Bend(batch.OriginalLengths, longer);
                break;
            case 3:
                Bend(batch.InterfaceIndexes, longer);
                break;
            case 4:
                Bend(batch.FrameDeltas, longer);
                break;
            default:
                batch.Data = ByteString.CopyFrom(new byte[batch.Data.Length + 1]);
                break;
        }

        Assert.That(PacketBatchReader.Fault(batch, LinkTypes.Length), Is.Not.Null.And.Not.EndsWith("."));
    });

    private static void Bend<T>(Google.Protobuf.Collections.RepeatedField<T> column, bool longer)
        where T : struct
    {
        if (longer)
        {
            column.Add(default(T));
        }
        else
        {
            column.RemoveAt(column.Count - 1);
        }
    }

    private static List<PacketBatch> Build(Sample[] samples, int maxPackets, int maxBytes)
    {
        var builder = new PacketBatchBuilder(maxPackets, maxBytes);
        var batches = new List<PacketBatch>();
        var frame = 0L;
        foreach (var sample in samples)
        {
            frame += sample.FrameStep;
            var packet = new Packet(
                new CaptureTime(sample.Time), frame, LinkTypes[sample.Index], sample.Data, sample.Data.Length + sample.Cut, sample.Index);
            if (!builder.TryAdd(in packet))
            {
                batches.Add(PacketBatch.Parser.ParseFrom(builder.Build().ToByteString()));
                Assert.That(builder.TryAdd(in packet), Is.True);
            }
        }

        if (builder.Count > 0)
        {
            batches.Add(PacketBatch.Parser.ParseFrom(builder.Build().ToByteString()));
        }

        return batches;
    }

    private static List<string> Read(PacketBatch batch)
    {
        Assert.That(PacketBatchReader.Fault(batch, LinkTypes.Length), Is.Null);
        var reader = new PacketBatchReader(batch, LinkTypes);
        var read = new List<string>();
        while (reader.TryRead(out var packet))
        {
            read.Add(Line(packet.Time.UnixNanoseconds, packet.Frame, packet.LinkType, packet.InterfaceIndex, packet.OriginalLength, packet.Data));
        }

        return read;
    }

    private static List<string> Expected(Sample[] samples)
    {
        var lines = new List<string>();
        var frame = 0L;
        foreach (var sample in samples)
        {
            frame += sample.FrameStep;
            lines.Add(Line(sample.Time, frame, LinkTypes[sample.Index], sample.Index, sample.Data.Length + sample.Cut, sample.Data));
        }

        return lines;
    }

    private static string Line(long time, long frame, LinkType linkType, int index, int originalLength, ReadOnlySpan<byte> data) =>
        $"{time} {frame} {linkType} {index} {originalLength} {Convert.ToHexString(data)}";

    private sealed record Sample(long Time, int FrameStep, int Index, int Cut, byte[] Data);
}
