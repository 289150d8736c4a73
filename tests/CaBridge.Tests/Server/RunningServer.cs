using System.Net;
using CaBridge.Agent;
using CaBridge.Cli.Live;
using CaBridge.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;

namespace CaBridge.Tests.Server;

/// <summary>A server in this process, on ports that are free.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly Task<int> _run;

    private RunningServer(WebApplication app, Task<int> run)
    {
        (App, _run) = (app, run);
        var addresses = app.Urls.ToList();
        Channel = GrpcChannel.ForAddress(addresses[0], new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
        });
        Http = new HttpClient { BaseAddress = new Uri(addresses[1]) };
    }

    public WebApplication App { get; }

    public GrpcChannel Channel { get; }

    public HttpClient Http { get; }

    /// <summary>The exit code, when it has ended.</summary>
    public Task<int> Ended => _run;

    public static async Task<RunningServer> StartAsync(params string[] options)
    {
        var app = ServerHost.Create(CommandLine.Parse(["--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", "--Logging:LogLevel:CaBridge=None", .. options]));
        var started = new TaskCompletionSource();
        app.Lifetime.ApplicationStarted.Register(started.SetResult);
        var run = ServerHost.RunAsync(app);
        await await Task.WhenAny(started.Task, run);
        return new RunningServer(app, run);
    }

    /// <summary>Sends a capture of tests/captures as an agent does.</summary>
    public async Task ReplayAsync(string capture, string sensor)
    {
        var agent = new CaptureAgent { Channel = Channel, Sensor = sensor, SendsEverything = false, Spool = new SpoolOptions() };
        Assert.That(await agent.SendFilesAsync([Path.Combine(Repository.Root, "tests", "captures", capture)], CancellationToken.None), Is.Zero);
    }

    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Http.Dispose();
        if (!_run.IsCompleted)
        {
            App.Lifetime.StopApplication();
        }

        await _run;
        await App.DisposeAsync();
    }
}
