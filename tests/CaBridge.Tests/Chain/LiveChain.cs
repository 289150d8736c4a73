using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Capture.Live;
using CaBridge.Tests.Cli;
using CaBridge.Tests.Kit;
using CaBridge.Tests.Server;

namespace CaBridge.Tests.Chain;

/// <summary>An agent that captures at the far end of a cable, a network that can be away, and a server: programs as users start them.</summary>
internal sealed partial class LiveChain : IDisposable
{
    public const string SensorName = "gate";

    private LiveChain(VethPair cable) => Cable = cable;

    public VethPair Cable { get; }

    public ServerProgram Server { get; private set; } = null!;

    /// <summary>Between agent and server.</summary>
    public CuttingProxy Network { get; private set; } = null!;

    public StartedProgram Agent { get; private set; } = null!;

    public Sensor Sensor => Server.FindSensor(SensorName)!;

    public Report Report => Server.Analysis.GetReport(new GetReportRequest { Sensor = SensorName });

    /// <summary>Skips the test where there may be no network namespaces; all of it runs when this returns.</summary>
    /// <param name="device">At the far end.</param>
    /// <param name="agentOptions">Besides those that name device, server and sensor.</param>
    public static LiveChain Start(string device, params string[] agentOptions)
    {
        var chain = StartWithoutAgent();
        try
        {
            chain.Agent = chain.StartAgent(device, agentOptions);
            return chain;
        }
        catch (AssertionException)
        {
            chain.Dispose();
            throw;
        }
    }

    /// <summary>Likewise, where something else captures.</summary>
    public static LiveChain StartWithoutAgent()
    {
        var chain = new LiveChain(VethPair.Create());
        try
        {
            chain.Cable.FarLink("set", "lo", "up");
            chain.Server = new ServerProgram();
            chain.Network = new CuttingProxy(chain.Server.Port, listener: chain.Cable.AtFarEnd(() => new TcpListener(IPAddress.Loopback, 0)));
            return chain;
        }
        catch (AssertionException)
        {
            chain.Dispose();
            throw;
        }
    }

    /// <summary>Another one, of the same sensor; it captures when this returns.</summary>
    public StartedProgram StartAgent(string device, params string[] options)
    {
        var agent = new StartedProgram(Cable.AtFarEnd(ToolProgram.With(["capture", "-i", device, "--server", Network.Url, "--sensor", SensorName, .. options])));
        agent.WaitFor(Connected());
        return agent;
    }

    /// <summary>Waits until the server knows of so many frames, then ends the agent.</summary>
    /// <returns>What the server has in the end.</returns>
    public Sensor EndAgent(long frames)
    {
        Server.WaitForSensor(SensorName, sensor => sensor.FramesCaptured + sensor.DroppedByKernel >= frames);
        Assert.That(Agent.Terminate().ExitCode, Is.Zero, () => Agent.Text);
        return Sensor;
    }

    public void Dispose()
    {
        Agent?.Dispose();
        Network?.Dispose();
        Server?.Dispose();
        Cable.Dispose();
    }

    [GeneratedRegex("sensor gate is connected", RegexOptions.NonBacktracking)]
    public static partial Regex Connected();
}
