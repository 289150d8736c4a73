using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;
using Grpc.Core;
using Grpc.Net.Client;

namespace CaBridge.Tests.Server;

/// <summary>Many at once, and stops while busy.</summary>
[TestFixture]
internal sealed class LoadTests
{
    [Test]
    public async Task Five_hundred_agents_at_once_are_each_counted()
    {
        const int Agents = 500;
        var batches = SampleBatches.Of(GoldenCapture.Named("cooked1"));
        using var server = new ServerProgram();
        var connected = new List<(GrpcChannel Channel, RawAgent Agent)>();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Agents).Select(async number =>
            {
                var channel = server.Open();
                var agent = await RawAgent.ConnectAsync(channel, $"sensor{number}");
                lock (connected)
                {
                    connected.Add((channel, agent));
                }

                foreach (var batch in batches)
                {
                    await agent.SendAsync(batch);
                }

                await agent.ReadUntilAsync(batches[^1].Sequence);
            }));

            var sensors = server.Analysis.ListSensors(new ListSensorsRequest()).Sensors;
            Assert.That(sensors.Count(sensor => sensor.Connected), Is.EqualTo(Agents));
            Assert.That(sensors.Select(sensor => sensor.Packets), Has.All.EqualTo(GoldenCapture.Named("cooked1").Frames.Count));
        }
        finally
        {
            connected.ForEach(pair =>
            {
                pair.Agent.Dispose();
                pair.Channel.Dispose();
            });
        }
    }

    [Test]
    public async Task Server_ends_soon_and_cleanly_while_busy()
    {
        using var server = new ServerProgram();
        using var idle = server.Open();
        using var viewer = new CaptureService.CaptureServiceClient(idle).Subscribe(new SubscribeRequest());
        using var watcher = new AnalysisService.AnalysisServiceClient(idle).WatchTransactions(new WatchTransactionsRequest());
        using var latency = new AnalysisService.AnalysisServiceClient(idle).WatchLatency(new WatchLatencyRequest());
        using var cancel = new CancellationTokenSource();
        var agents = Enumerable.Range(0, 8).Select(number => StreamAsync(server, $"busy{number}", cancel.Token)).ToList();
        server.WaitForSensor("busy7", sensor => sensor.Packets > 0);

        var (exitCode, took) = server.Program.Terminate();
        Assert.That(exitCode, Is.Zero, server.Program.Text);
        Assert.That(took.TotalSeconds, Is.LessThan(10));
        Assert.That(server.Program.Text, Does.Not.Contain("   at ").And.Not.Contain("fail:"));
        Assert.That(await Task.WhenAll(agents), Has.All.EqualTo(StatusCode.Unavailable).Or.EqualTo(StatusCode.Internal).Or.EqualTo(StatusCode.Cancelled));
    }

    [Test]
    public void Agent_ends_soon_while_busy()
    {
        var bytes = CaptureBytes.Pcap(GoldenCapture.Named("catime").Frames).ToArray();
        using var server = new ServerProgram();
        using var agent = server.StartAgent(readsInput: true, "-r", "-", "--all", "--sensor", "busy");
        agent.Input.Write(bytes, 0, bytes.Length * 3 / 4);
        agent.Input.Flush();
        server.WaitForSensor("busy", sensor => sensor.LastSequence >= 2);

        var (exitCode, took) = agent.Terminate();
        Assert.That(exitCode, Is.EqualTo(143), agent.Text);
        Assert.That(took.TotalSeconds, Is.LessThan(10));
        Assert.That(agent.Text, Does.Not.Contain("   at "));
        server.WaitForSensor("busy", sensor => !sensor.Connected);
    }

    private static async Task<StatusCode> StreamAsync(ServerProgram server, string sensor, CancellationToken cancel)
    {
        try
        {
            using var channel = server.Open();
            using var agent = await RawAgent.ConnectAsync(channel, sensor);
            for (var sequence = 1UL; !cancel.IsCancellationRequested; sequence++)
            {
                await agent.SendAsync(SampleBatches.Noise(sequence, packets: 1000, bytesOfEach: 200));
            }

            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException)
        {
            return StatusCode.Unavailable;
        }
    }
}
