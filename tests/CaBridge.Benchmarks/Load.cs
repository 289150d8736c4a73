using System.Diagnostics;
using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;

namespace CaBridge.Benchmarks;

/// <summary>
/// An agent in this process and a server in another one: packets from memory, as fast as they are taken, through selection, batches, gRPC and
/// full analysis; and the same packets to a server that only acknowledges them. Their own times are those of a capture at
/// <see cref="PacketsPerSecond"/>.
/// </summary>
internal static class Load
{
    private const double PacketsPerSecond = 1_000_000;

    /// <param name="rounds">How often the packets of the file are sent.</param>
    public static int Compare(string file, int runs, int rounds)
    {
        var batches = Ingest.Load(file);
        using var analyzing = ServerProcess.Analyzing();
        using var sink = ServerProcess.Sink();
        for (var run = 0; run < runs; run++)
        {
            var transport = Measure("transport alone", sink, batches, run, rounds);
            var full = Measure("with analysis", analyzing, batches, run, rounds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio {full / transport:F2}"));
        }

        return 0;
    }

    private static double Measure(string what, ServerProcess server, List<PacketBatch> batches, int run, int rounds)
    {
        var cpu = (Server: server.ProcessorTime, Agent: Environment.CpuUsage.TotalTime);
        var clock = Stopwatch.StartNew();
        using var agent = new MemoryAgent(server.Url, $"load{run}");
        var packets = Feed(agent, batches, run, rounds);
        var rate = packets / clock.Elapsed.TotalSeconds;
        var (serverTime, agentTime) = (server.ProcessorTime - cpu.Server, Environment.CpuUsage.TotalTime - cpu.Agent);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {packets} packets, {rate / 1e6:F2} million/s, CPU a packet: agent {agentTime.TotalMicroseconds / packets:F2} µs, server {serverTime.TotalMicroseconds / packets:F2} µs, server's memory {server.MemoryBytes / 1_000_000} MB"));
        return rate;
    }

    private static long Feed(MemoryAgent agent, List<PacketBatch> batches, int run, int rounds)
    {
        var count = batches.Sum(batch => (long)batch.CapturedLengths.Count);
        var first = batches[0].FirstUnixNs;
        var scale = count / PacketsPerSecond * 1e9 / Math.Max(Span(batches), 1);
        for (var round = 0; round < rounds; round++)
        {
            var start = first + (long)(((run * (long)rounds) + round) * count / PacketsPerSecond * 1e9);
            foreach (var batch in batches)
            {
                var reader = new PacketBatchReader(batch, [LinkType.Ethernet]);
                while (reader.TryRead(out var packet))
                {
                    var time = new CaptureTime(start + (long)((packet.Time.UnixNanoseconds - first) * scale));
                    agent.Push(new Packet(time, packet.Frame + (round * count), packet.LinkType, packet.Data, packet.OriginalLength));
                }

                agent.WaitForRoom();
            }
        }

        return agent.Complete();
    }

    private static long Span(List<PacketBatch> batches) =>
        batches[^1].FirstUnixNs + batches[^1].TimeDeltasNs.Sum() - batches[0].FirstUnixNs;
}
