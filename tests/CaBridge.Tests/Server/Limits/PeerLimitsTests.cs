using System.Net;
using CaBridge.Contracts.V1;
using Grpc.Core;
using Grpc.Health.V1;

namespace CaBridge.Tests.Server.Limits;

[TestFixture]
public sealed class PeerLimitsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Requests_beyond_the_rate_are_refused_with_a_sentence()
    {
        await using var server = await RunningServer.StartAsync("--CaBridge:Security:MaxRequestsPerSecond=2");
        var client = new AnalysisService.AnalysisServiceClient(server.Channel);
        RpcException? refusal = null;
        for (var i = 0; i < 50 && refusal is null; i++)
        {
            try
            {
                await client.ListSensorsAsync(new ListSensorsRequest());
            }
            catch (RpcException failure)
            {
                refusal = failure;
            }
        }

        Assert.That(refusal?.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        Assert.That(refusal?.Status.Detail, Is.EqualTo("127.0.0.1 asks more than 2 times a second"));
        var (status, text) = await server.GetAsync("/v1/sensors");
        Assert.That(status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(text, Is.EqualTo("""{"code":8,"message":"127.0.0.1 asks more than 2 times a second","details":[]}"""));
    }

    [Test]
    public async Task Health_is_told_whatever_the_rate()
    {
        await using var server = await RunningServer.StartAsync("--CaBridge:Security:MaxRequestsPerSecond=1");
        var health = new Health.HealthClient(server.Channel);
        for (var i = 0; i < 20; i++)
        {
            Assert.That((await server.GetAsync("/healthz")).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await health.CheckAsync(new HealthCheckRequest())).Status, Is.EqualTo(HealthCheckResponse.Types.ServingStatus.Serving));
        }
    }

    [Test]
    public async Task Streams_beyond_the_limit_are_refused_until_one_ends()
    {
        await using var server = await RunningServer.StartAsync("--CaBridge:Security:MaxStreamsPerPeer=2");
        var client = new AnalysisService.AnalysisServiceClient(server.Channel);
        using var first = client.WatchTransactions(new WatchTransactionsRequest());
        using var second = client.WatchTransactions(new WatchTransactionsRequest());
        Assert.That(await first.ResponseStream.MoveNext(CancellationToken.None) && await second.ResponseStream.MoveNext(CancellationToken.None));

        using var third = client.WatchTransactions(new WatchTransactionsRequest());
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await third.ResponseStream.MoveNext(CancellationToken.None));
        Assert.That(refusal?.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        Assert.That(refusal?.Status.Detail, Is.EqualTo("127.0.0.1 has 2 streams already, and no peer may have more"));

        first.Dispose();
        using var end = new CancellationTokenSource(Patience);
        while (!await OpensAsync(client, end.Token))
        {
            await Task.Delay(20, end.Token);
        }
    }

    [Test]
    public async Task Five_hundred_agents_of_one_host_are_let_in()
    {
        const int Agents = 500;
        await using var server = await RunningServer.StartAsync();
        var client = new CaptureService.CaptureServiceClient(server.Channel);
        var streams = Enumerable.Range(0, Agents).Select(_ => client.Stream()).ToList();
        using var end = new CancellationTokenSource(Patience);
        var welcomes = await Task.WhenAll(streams.Select(async (stream, i) =>
        {
            var hello = new Hello { SessionId = Guid.NewGuid().ToString(), Sensor = $"sensor {i}" };
            await stream.RequestStream.WriteAsync(new PacketBatch { Hello = hello }, end.Token);
            return await stream.ResponseStream.MoveNext(end.Token);
        }));

        Assert.That(welcomes, Has.Length.EqualTo(Agents).And.All.True);
        streams.ForEach(stream => stream.Dispose());
    }

    private static async Task<bool> OpensAsync(AnalysisService.AnalysisServiceClient client, CancellationToken cancel)
    {
        try
        {
            using var stream = client.WatchTransactions(new WatchTransactionsRequest(), cancellationToken: cancel);
            return await stream.ResponseStream.MoveNext(cancel);
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.ResourceExhausted)
        {
            return false;
        }
    }
}
