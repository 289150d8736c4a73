using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;
using Google.Protobuf;

namespace CaBridge.Tests.Server;

/// <summary>Batches as agents send them.</summary>
internal static class SampleBatches
{
    /// <summary>A recording as one batch or more, numbered from 1, without the end.</summary>
    public static List<PacketBatch> Of(GoldenCapture capture, int maxPackets = PacketBatchBuilder.DefaultMaxPackets)
    {
        var builder = new PacketBatchBuilder(maxPackets);
        var batches = new List<PacketBatch>();
        for (var i = 0; i < capture.Frames.Count; i++)
        {
            var packet = Packet(capture.Frames[i], i + 1);
            if (!builder.TryAdd(in packet))
            {
                Build();
                builder.TryAdd(in packet);
            }
        }

        Build();
        return batches;

        void Build()
        {
            var batch = PacketBatch.Parser.ParseFrom(builder.Build().ToByteString());
            batch.Sequence = (ulong)batches.Count + 1;
            batches.Add(batch);
        }
    }

    /// <summary>One that has nothing of Channel Access.</summary>
    public static PacketBatch Noise(ulong sequence, int packets = 4, int bytesOfEach = 100)
    {
        var batch = new PacketBatch { Sequence = sequence, FirstFrame = 1, FirstUnixNs = 1_000_000_000, Data = ByteString.CopyFrom(new byte[packets * bytesOfEach]) };
        batch.TimeDeltasNs.AddRange(Enumerable.Repeat(0L, packets));
        batch.CapturedLengths.AddRange(Enumerable.Repeat((uint)bytesOfEach, packets));
        return batch;
    }

    public static Packet Packet(CapturedFrame frame, long number) =>
        new(new CaptureTime(frame.UnixNanoseconds), number, frame.LinkType, frame.Data, frame.OriginalLength);
}
