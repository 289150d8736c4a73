using System.Diagnostics;
using System.Text.RegularExpressions;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Cli;
using CaBridge.Tests.Kit;
using Grpc.Net.Client;

namespace CaBridge.Tests.Server;

/// <summary>The built server, started as a user starts it, on free ports; ready when the constructor returns.</summary>
internal sealed partial class ServerProgram : IDisposable
{
    private const int MaxMessageBytes = 64 * 1024 * 1024;

    private readonly StartedProgram _program;

    /// <param name="port">Of gRPC; 0 is any that is free.</param>
    public ServerProgram(int port = 0, params string[] options)
    {
        _program = Start([$"--grpc=127.0.0.1:{port}", "--http=127.0.0.1:0", .. options]);
        try
        {
            Port = int.Parse(_program.WaitFor(Listening())[0].Groups["port"].ValueSpan);
        }
        catch (AssertionException)
        {
            _program.Dispose();
            throw;
        }

        Channel = Open();
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public GrpcChannel Channel { get; }

    public AnalysisService.AnalysisServiceClient Analysis => new(Channel);

    public CaptureService.CaptureServiceClient Capture => new(Channel);

    public StartedProgram Program => _program;

    /// <summary>Starts it, and waits for nothing.</summary>
    public static StartedProgram Start(params string[] options) => new(new ProcessStartInfo("dotnet",
    [
        Path.Combine(TestContext.CurrentContext.TestDirectory, "cabridge-server.dll"),
        "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information", .. options,
    ]));

    [GeneratedRegex("Now listening on: .*:(?<port>[0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    public static partial Regex Listening();

    /// <summary>A channel of its own connection.</summary>
    public GrpcChannel Open() => GrpcChannel.ForAddress(Url, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = MaxMessageBytes,
        MaxSendMessageSize = null,
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
    });

    /// <summary><c>cabridge capture</c> to this server.</summary>
    /// <param name="readsInput">Whether the test writes its standard input.</param>
    public StartedProgram StartAgent(bool readsInput, params string[] arguments) => StartAgent(Url, readsInput, arguments);

    /// <summary>Sends a file, to the end.</summary>
    public void Replay(string file, string sensor, params string[] options)
    {
        using var agent = StartAgent(readsInput: false, ["-r", file, "--sensor", sensor, .. options]);
        Assert.That(agent.WaitForExit(), Is.Zero, () => agent.Text);
    }

    public static StartedProgram StartAgent(string url, bool readsInput, params string[] arguments)
    {
        var start = ToolProgram.With(["capture", "--server", url, .. arguments]);
        start.RedirectStandardInput = readsInput;
        return new StartedProgram(start);
    }

    /// <summary>The sensor; null if there is none.</summary>
    public Sensor? FindSensor(string name) =>
        Analysis.ListSensors(new ListSensorsRequest()).Sensors.SingleOrDefault(sensor => string.Equals(sensor.Name, name, StringComparison.Ordinal));

    /// <summary>Asks again until a sensor is as it is wanted.</summary>
    public Sensor WaitForSensor(string name, Func<Sensor, bool> isWanted)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var sensor = FindSensor(name);
            if (sensor is not null && isWanted(sensor))
            {
                return sensor;
            }

            Assert.That(patience.Elapsed.TotalSeconds, Is.LessThan(60), () => $"{sensor}\n{_program.Text}");
            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        Channel.Dispose();
        _program.Dispose();
    }
}
