using CaBridge.Agent;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Kit;
using Grpc.Net.Client;

namespace CaBridge.Tests.Server;

/// <summary>Servers, agents and networks that go away while packets stream.</summary>
[TestFixture]
internal sealed class ResumeTests
{
    private const string Sensor = "beamline";

    [Test]
    public void Server_that_is_killed_and_restarted_gets_the_rest_once()
    {
        var capture = GoldenCapture.Named("catime");
        var bytes = CaptureBytes.Pcap(capture.Frames).ToArray();
        var sent = bytes.Length * 3 / 4;
        int port;
        StartedProgram agent;
        using (var killed = new ServerProgram())
        {
            port = killed.Port;
            agent = killed.StartAgent(readsInput: true, "-r", "-", "--all", "--sensor", Sensor);
            agent.Input.Write(bytes, 0, sent);
            agent.Input.Flush();
            killed.WaitForSensor(Sensor, sensor => sensor.LastSequence >= 2);
            killed.Program.Kill();
        }

        using (agent)
        using (var server = new ServerProgram(port))
        {
            agent.Input.Write(bytes, sent, bytes.Length - sent);
            agent.Input.Close();
            Assert.That(agent.WaitForExit(), Is.Zero, agent.Text);

            var sensor = server.FindSensor(Sensor)!;
            Assert.That((sensor.FramesCaptured, sensor.BatchesMissing), Is.EqualTo(((long)capture.Frames.Count, 0L)));
            Assert.That(sensor.Packets, Is.InRange(1, capture.Frames.Count - 1));
            AnswerJson.AssertEqual(
                AnswerJson.OfServer(server, Sensor), AnswerJson.OfFrames(capture.Frames, capture.Frames.Count - (int)sensor.Packets), "the rest");
            AnswerJson.AssertBalanced(server.Analysis.GetReport(new GetReportRequest()));
        }
    }

    [Test]
    public void Agent_that_is_killed_leaves_what_it_had_sent()
    {
        var capture = GoldenCapture.Named("catime");
        var bytes = CaptureBytes.Pcap(capture.Frames).ToArray();
        using var server = new ServerProgram();
        using (var agent = server.StartAgent(readsInput: true, "-r", "-", "--all", "--sensor", Sensor))
        {
            agent.Input.Write(bytes, 0, bytes.Length * 3 / 4);
            agent.Input.Flush();
            server.WaitForSensor(Sensor, sensor => sensor.LastSequence >= 2);
            agent.Kill();
        }

        var sent = server.WaitForSensor(Sensor, sensor => !sensor.Connected).Packets;
        using var next = server.StartAgent(readsInput: false, "-r", capture.FilePath, "--all", "--sensor", Sensor);
        Assert.That(next.WaitForExit(), Is.Zero, next.Text);

        var report = server.Analysis.GetReport(new GetReportRequest { Sensor = Sensor });
        Assert.That(report.FramesRead, Is.EqualTo(sent + capture.Frames.Count));
        AnswerJson.AssertBalanced(report);
    }

    [Test]
    public void Connections_that_break_anywhere_lose_and_double_nothing([Values] bool all)
    {
        const int Cuts = 8;
        var capture = GoldenCapture.Named("lossy");
        var random = new Random(44);
        var left = Cuts;
        using var server = new ServerProgram();
        using var proxy = new CuttingProxy(server.Port, () => left-- > 0 ? random.Next(100, 700_000) : null);
        using var agent = ServerProgram.StartAgent(
            proxy.Url, readsInput: false, ["-r", capture.FilePath, "--sensor", Sensor, .. all ? ["--all"] : Array.Empty<string>()]);

        Assert.That(agent.WaitForExit(), Is.Zero, agent.Text);
        Assert.That(proxy.Cuts, Is.GreaterThan(Cuts / 2));
        Assert.That(server.FindSensor(Sensor)!.BatchesMissing, Is.Zero);
        AnswerJson.AssertEqual(AnswerJson.OfServer(server, Sensor), AnswerJson.OfFile(capture.FilePath), $"after {proxy.Cuts} cuts");
    }

    [Test]
    public async Task Network_that_is_away_for_longer_than_the_spool_holds_loses_what_is_told()
    {
        var capture = GoldenCapture.Named("lossy");
        using var server = new ServerProgram();
        using var proxy = new CuttingProxy(server.Port);
        using var channel = GrpcChannel.ForAddress(proxy.Url, new GrpcChannelOptions { InitialReconnectBackoff = TimeSpan.FromMilliseconds(50) });
        using var spool = new Spool(new SpoolOptions { MaxMemoryBytes = 1024 * 1024 });
        using var session = new AgentSession(
            new SessionOptions { Sensor = Sensor, Agent = "test", Selection = "all", IsLive = true },
            spool,
            () => [new CaBridge.Capture.CaptureInterface("eth0", Description: null, CaBridge.Analysis.Packets.LinkType.Ethernet, 0)]);
        var tally = new CaptureTally(session, everything: true);
        var link = new ServerLink(channel, session, spool);
        var sending = link.RunAsync(CancellationToken.None);

        const int Before = 200;
        const int Away = 7000;
        Push(0, Before);
        session.Flush();
        server.WaitForSensor(Sensor, sensor => sensor.Packets == Before);
        proxy.GoAway();
        Push(Before, Away);
        Assert.That(spool.DroppedPackets, Is.Positive);
        proxy.ComeBack();
        Push(Away, capture.Frames.Count);
        session.Count(tally, droppedByKernel: 7);
        session.Complete();
        await sending;

        var sensor = server.FindSensor(Sensor)!;
        Assert.That(sensor.DroppedByAgent, Is.EqualTo(spool.DroppedPackets));
        Assert.That(sensor.Packets + sensor.DroppedByAgent, Is.EqualTo(capture.Frames.Count));
        Assert.That((sensor.FramesCaptured, sensor.DroppedByKernel), Is.EqualTo(((long)capture.Frames.Count, 7L)));
        Assert.That(sensor.BatchesMissing, Is.Positive);
        AnswerJson.AssertBalanced(server.Analysis.GetReport(new GetReportRequest()));

        void Push(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                tally.Push(SampleBatches.Packet(capture.Frames[i], i + 1));
            }
        }
    }

    [Test]
    public async Task Session_that_timed_out_may_come_back()
    {
        var id = Guid.NewGuid().ToString();
        var batches = SampleBatches.Of(GoldenCapture.Named("ioc-startup"), maxPackets: 500);
        using var server = new ServerProgram(0, "--CaBridge:Live:SessionTimeout=00:00:00.1");
        using (var agent = await RawAgent.ConnectAsync(server.Channel, Sensor, id))
        {
            await agent.SendAsync(batches[0]);
            await agent.ReadUntilAsync(1);
            await agent.CompleteAsync();
        }

        // its open operations end when it times out
        long Pending() => server.Analysis.GetReport(new GetReportRequest()).UnansweredCounts.Sum(count => count.Count);
        Assert.That(Capture.Live.CaptureSink.Wait(() => Pending() > 0), Is.True);
        using (var agent = await RawAgent.ConnectAsync(server.Channel, Sensor, id))
        {
            foreach (var batch in batches)
            {
                await agent.SendAsync(batch);
            }

            await agent.ReadUntilAsync(batches[^1].Sequence);
        }

        Assert.That(server.Analysis.GetReport(new GetReportRequest()).FramesRead, Is.EqualTo(GoldenCapture.Named("ioc-startup").Frames.Count));
    }

    [Test]
    public async Task Second_agent_of_a_name_ends_the_first_with_a_sentence()
    {
        using var server = new ServerProgram();
        using var first = await RawAgent.ConnectAsync(server.Channel, Sensor);
        using var second = await RawAgent.ConnectAsync(server.Channel, Sensor);

        var status = await first.EndAsync();
        Assert.That(status.StatusCode, Is.EqualTo(Grpc.Core.StatusCode.FailedPrecondition));
        Assert.That(status.Detail, Does.Contain("--sensor"));
        await second.SendAsync(SampleBatches.Noise(1));
        await second.ReadUntilAsync(1);
    }
}
