using System.Diagnostics;
using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Capture;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Ingest;
using CaBridge.Server.Live;
using Google.Protobuf;

namespace CaBridge.Benchmarks;

/// <summary>What taking packets in costs the server, without a network: analysis alone, then with all statistics.</summary>
internal static class Ingest
{
    public static int Compare(string file, int runs)
    {
        var batches = Load(file);
        var packets = batches.Sum(batch => batch.CapturedLengths.Count);
        for (var run = 0; run < runs; run++)
        {
            var analysis = Time(() => Analyze(batches));
            var all = Time(() => TakeIn(batches));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{packets} packets: analysis {packets / analysis / 1e6:F2} million/s, with statistics {packets / all / 1e6:F2} million/s, ratio {all / analysis:F2}"));
        }

        return 0;
    }

    public static List<PacketBatch> Load(string file)
    {
        using var captures = CaptureSet.Open([file], new CaptureReaderOptions());
        var builder = new PacketBatchBuilder();
        var batches = new List<PacketBatch>();
        while (captures.TryRead(out var packet))
        {
            if (!builder.TryAdd(in packet))
            {
                Add();
                builder.TryAdd(in packet);
            }
        }

        Add();
        return batches;

        void Add()
        {
            var batch = PacketBatch.Parser.ParseFrom(builder.Build().ToByteString());
            batch.Sequence = (ulong)batches.Count + 1;
            batches.Add(batch);
        }
    }

    private static void Analyze(List<PacketBatch> batches)
    {
        var analyzer = new Analyzer(new AnalyzerOptions());
        foreach (var batch in batches)
        {
            var reader = new PacketBatchReader(batch, [Analysis.Packets.LinkType.Ethernet]);
            while (reader.TryRead(out var packet))
            {
                analyzer.Push(in packet);
            }
        }

        analyzer.Complete();
    }

    private static void TakeIn(List<PacketBatch> batches)
    {
        var state = new LiveState(new LiveOptions(), new AnalyzerOptions());
        var stream = new AgentStream();
        var hello = new Hello { SessionId = Guid.NewGuid().ToString(), Sensor = "bench", FirstSequence = 1, Interfaces = { new Interface { Name = "eth0", LinkType = 1 } } };
        state.Connect(hello, stream, "", DateTimeOffset.UnixEpoch);
        foreach (var batch in batches)
        {
            state.Take(hello.SessionId, stream, batch, DateTimeOffset.UnixEpoch);
        }
    }

    private static double Time(Action action)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}
