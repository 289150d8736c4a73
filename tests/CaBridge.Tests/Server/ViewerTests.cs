using System.Diagnostics;
using CaBridge.Analysis.Packets;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;
using Grpc.Core;

namespace CaBridge.Tests.Server;

/// <summary>Who looks on, and does not keep up.</summary>
[TestFixture]
internal sealed class ViewerTests
{
    [Test]
    public async Task Viewer_gets_the_packets_as_they_were_sent()
    {
        var batches = SampleBatches.Of(GoldenCapture.Named("ioc-startup"));
        using var server = new ServerProgram();
        using var channel = server.Open();
        using var subscription = new CaptureService.CaptureServiceClient(channel).Subscribe(new SubscribeRequest { Sensors = { "wanted" } });
        await subscription.ResponseHeadersAsync;
        using var other = await RawAgent.ConnectAsync(server.Channel, "other");
        await other.SendAsync(SampleBatches.Noise(1));
        await other.ReadUntilAsync(1);
        using var agent = await RawAgent.ConnectAsync(server.Channel, "wanted");
        foreach (var batch in batches)
        {
            await agent.SendAsync(batch);
        }

        Assert.That(await subscription.ResponseStream.MoveNext(), Is.True);
        Assert.That(subscription.ResponseStream.Current.Hello.Sensor, Is.EqualTo("wanted"));
        foreach (var batch in batches)
        {
            Assert.That(await subscription.ResponseStream.MoveNext(), Is.True);
            Assert.That(subscription.ResponseStream.Current.Data, Is.EqualTo(batch.Data));
            Assert.That(subscription.ResponseStream.Current.TimeDeltasNs, Is.EqualTo(batch.TimeDeltasNs));
            Assert.That(subscription.ResponseStream.Current.LostPackets, Is.Zero);
        }
    }

    /// <summary>What is left of each batch is what another reading of the addresses chooses: Ethernet and IPv4 without options, in this recording.</summary>
    [Test]
    public async Task Viewer_of_a_host_gets_its_packets_only()
    {
        var capture = GoldenCapture.Named("ioc-startup");
        var expected = capture.Frames.Select((frame, i) => (Frame: frame, Number: (ulong)i + 1)).Where(numbered => IsOf(numbered.Frame, [10, 44, 0, 22])).ToList();
        using var server = new ServerProgram();
        using var channel = server.Open();
        using var subscription = new CaptureService.CaptureServiceClient(channel).Subscribe(new SubscribeRequest { Hosts = { "10.44.0.22" } });
        await subscription.ResponseHeadersAsync;
        using var agent = await RawAgent.ConnectAsync(server.Channel, "gate");
        foreach (var batch in SampleBatches.Of(capture, maxPackets: 100))
        {
            await agent.SendAsync(batch);
        }

        var seen = new List<(long Time, ulong Frame, byte[] Data)>();
        while (seen.Count < expected.Count)
        {
            Assert.That(await subscription.ResponseStream.MoveNext(), Is.True);
            Read(subscription.ResponseStream.Current, seen);
        }

        Assert.That(expected, Has.Count.InRange(1, capture.Frames.Count - 1));
        Assert.That(seen, Is.EqualTo(expected.Select(numbered => (numbered.Frame.UnixNanoseconds, numbered.Number, numbered.Frame.Data))));
    }

    [Test]
    public async Task Host_that_is_no_address_is_refused()
    {
        using var server = new ServerProgram();
        using var subscription = server.Capture.Subscribe(new SubscribeRequest { Hosts = { "ioc7" } });

        var refusal = await Assert.ThrowsAsync<RpcException>(() => subscription.ResponseStream.MoveNext());

        Assert.That((refusal.StatusCode, refusal.Status.Detail), Is.EqualTo((StatusCode.InvalidArgument, "hosts must be an address, as 10.44.0.21; it is 'ioc7'")));
    }

    [Test]
    public async Task Viewer_that_does_not_read_slows_nobody_and_is_told_its_loss()
    {
        const int Batches = 150;
        const int PacketsOfEach = 500;
        using var server = new ServerProgram(0, "--CaBridge:Live:MaxBatchesPerViewer=4");
        using var idle = server.Open();
        using var subscription = new CaptureService.CaptureServiceClient(idle).Subscribe(new SubscribeRequest());
        await subscription.ResponseHeadersAsync;
        using var agent = await RawAgent.ConnectAsync(server.Channel, "noise");
        var clock = Stopwatch.StartNew();
        for (var sequence = 1UL; sequence <= Batches; sequence++)
        {
            await agent.SendAsync(SampleBatches.Noise(sequence, PacketsOfEach, bytesOfEach: 1000));
        }

        await agent.ReadUntilAsync(Batches);
        Assert.That(clock.Elapsed.TotalSeconds, Is.LessThan(30));

        var (seen, lost) = (0L, 0L);
        var next = (ulong)Batches;
        while (seen + lost < (long)next * PacketsOfEach)
        {
            var reading = subscription.ResponseStream.MoveNext();
            if (await Task.WhenAny(reading, Task.Delay(500)) != reading)
            {
                // the next batch is what tells
                await agent.SendAsync(SampleBatches.Noise(++next, PacketsOfEach, bytesOfEach: 1));
            }

            Assert.That(await reading, Is.True);
            seen += subscription.ResponseStream.Current.CapturedLengths.Count;
            lost += (long)subscription.ResponseStream.Current.LostPackets;
        }

        Assert.That(seen + lost, Is.EqualTo((long)next * PacketsOfEach));
        Assert.That(lost, Is.Positive);
    }

    [Test]
    public async Task Watcher_that_does_not_read_slows_nobody_and_is_told_its_loss()
    {
        const int Loops = 40;
        var capture = GoldenCapture.Named("mixed-ops");
        using var server = new ServerProgram(0, "--CaBridge:Live:MaxTransactionsPerWatcher=1024");
        using var idle = server.Open();
        using var watch = new AnalysisService.AnalysisServiceClient(idle).WatchTransactions(new WatchTransactionsRequest());
        Assert.That(await watch.ResponseStream.MoveNext(), Is.True);
        for (var loop = 0; loop < Loops; loop++)
        {
            using var agent = await RawAgent.ConnectAsync(server.Channel, $"loop{loop}");
            foreach (var batch in SampleBatches.Of(capture))
            {
                // each on circuits of its own, by its time
                batch.FirstUnixNs += loop * 3_600_000_000_000;
                await agent.SendAsync(batch);
            }

            await agent.SendAsync(new PacketBatch { Sequence = 1000, EndOfCapture = true });
            await agent.ReadUntilAsync(1000);
        }

        var ended = (await server.Analysis.GetReportAsync(new GetReportRequest())).Operations.Sum(account => account.Requests + account.RepliesWithoutRequest);
        var (seen, lost) = (0L, 0L);
        while (seen + lost < ended)
        {
            Assert.That(await watch.ResponseStream.MoveNext(), Is.True);
            seen += watch.ResponseStream.Current.Transactions.Count;
            lost += watch.ResponseStream.Current.Lost;
        }

        Assert.That((seen + lost, lost > 0), Is.EqualTo((ended, true)));
    }

    private static bool IsOf(CapturedFrame frame, byte[] address) =>
        frame.Data.AsSpan(26, 4).SequenceEqual(address) || frame.Data.AsSpan(30, 4).SequenceEqual(address);

    private static void Read(PacketBatch batch, List<(long Time, ulong Frame, byte[] Data)> seen)
    {
        var packets = new PacketBatchReader(batch, [LinkType.Ethernet]);
        while (packets.TryRead(out var packet))
        {
            seen.Add((packet.Time.UnixNanoseconds, (ulong)packet.Frame, packet.Data.ToArray()));
        }
    }
}
