using System.Diagnostics;
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
}
