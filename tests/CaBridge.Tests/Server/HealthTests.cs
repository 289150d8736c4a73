using System.Net;
using CaBridge.Server;
using CaBridge.Server.Live;
using CaBridge.Server.Metrics;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CaBridge.Tests.Server;

[TestFixture]
public sealed class HealthTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Server_is_well_while_the_loop_answers()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.That(await server.GetAsync("/healthz"), Is.EqualTo((HttpStatusCode.OK, "ok\n")));
        var health = await new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest());
        Assert.That(health.Status, Is.EqualTo(HealthCheckResponse.Types.ServingStatus.Serving));
    }

    [Test]
    public async Task Server_is_not_well_when_a_question_waits_for_ten_seconds()
    {
        var clock = new ShiftedClock();
        using var loop = new LiveLoop(new LiveState(new LiveOptions(), new Analysis.AnalyzerOptions()), new LiveOptions(), clock);
        using var readings = new LoopReadings(loop, clock);
        using var entered = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var health = new LoopHealth(loop, readings);
        await loop.StartAsync(CancellationToken.None);
        await loop.PostAsync(
            _ =>
            {
                entered.Set();
                gate.Wait();
            },
            CancellationToken.None);
        Assert.That(entered.Wait(Patience));
        await readings.StartAsync(CancellationToken.None);
        Assert.That((await health.CheckHealthAsync(new HealthCheckContext())).Status, Is.EqualTo(HealthStatus.Healthy));

        await Until(() => Task.FromResult(readings.Waiting > TimeSpan.Zero));
        clock.Shift = TimeSpan.FromSeconds(11);
        var stuck = await health.CheckHealthAsync(new HealthCheckContext());
        gate.Set();
        await Until(() => Task.FromResult(readings.Waiting < TimeSpan.FromSeconds(1)));

        Assert.That(stuck.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(stuck.Description, Does.Match(@"\Athe analysis has not answered for [1-9][0-9] s\z"));
        Assert.That((await health.CheckHealthAsync(new HealthCheckContext())).Status, Is.EqualTo(HealthStatus.Healthy));
        await readings.StopAsync(CancellationToken.None);
        await loop.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task Failure_of_the_loop_ends_the_server_and_leaves_nobody_waiting()
    {
        await using var server = await RunningServer.StartAsync();
        var loop = server.App.Services.GetRequiredService<LiveLoop>();
        using var entered = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        await loop.PostAsync(
            _ =>
            {
                entered.Set();
                gate.Wait();
                throw new InvalidDataException("as a defect would");
            },
            CancellationToken.None);
        entered.Wait(Patience);
        var waiting = loop.AskAsync(_ => 0, CancellationToken.None);
        gate.Set();

        Assert.That(async () => await waiting.WaitAsync(Patience), Throws.TypeOf<RpcException>().With.Property("StatusCode").EqualTo(StatusCode.Unavailable));
        Assert.That(await server.Ended.WaitAsync(Patience), Is.EqualTo(ExitCode.Failed));
        Assert.That(async () => await loop.PostAsync(_ => { }, CancellationToken.None), Throws.TypeOf<RpcException>());
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var end = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            await Task.Delay(10, end.Token);
        }
    }

    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
    }
}
