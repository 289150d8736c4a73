using System.Globalization;
using System.Text.RegularExpressions;
using CaBridge.Tests.Capture.Live;
using CaBridge.Tests.Server;

namespace CaBridge.Tests.Chain;

/// <summary>Agents that end, or are ended, while packets come.</summary>
[TestFixture, Parallelizable]
internal sealed partial class LiveEndTests
{
    [Test]
    public void Busy_agent_sends_what_it_holds_and_ends([Values] bool isInterrupt)
    {
        using var file = new ReplayFile("catime");
        using var chain = LiveChain.Start(VethPair.Far, "--all");
        using var replay = chain.Cable.StartReplay(file.FilePath, "--pps=5000");
        chain.Server.WaitForSensor(LiveChain.SensorName, sensor => sensor.Packets > 0);
        var (exitCode, _) = isInterrupt ? chain.Agent.Interrupt() : chain.Agent.Terminate();

        Assert.That(exitCode, Is.Zero, chain.Agent.Text);
        var captured = long.Parse(chain.Agent.WaitFor(Captured())[0].Groups["count"].ValueSpan, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        var sensor = chain.Sensor;
        Assert.That((sensor.FramesCaptured, sensor.Packets, sensor.Connected), Is.EqualTo((captured, captured, false)));
        Assert.That(captured, Is.InRange(1, file.Frames.Count));
    }

    [Test]
    public void Agent_that_ends_without_server_says_what_may_be_lost()
    {
        using var file = new ReplayFile("ioc-startup");
        using var chain = LiveChain.Start(VethPair.Far, "--all");
        chain.Network.GoAway();
        chain.Agent.WaitFor(Away());
        chain.Cable.Replay(file.FilePath, "--pps=20000");
        var (exitCode, _) = chain.Agent.Terminate();

        Assert.That(exitCode, Is.EqualTo(5), chain.Agent.Text);
        Assert.That(chain.Agent.Text, Does.Contain($"cabridge: the server did not confirm the last {file.Frames.Count} packets"));
    }

    [Test]
    public void Agent_that_is_killed_and_started_again_doubles_nothing()
    {
        using var file = new ReplayFile("catime");
        using var chain = LiveChain.Start(VethPair.Far, "--all");
        chain.Cable.Replay(file.FilePath, "--pps=50000");
        chain.Server.WaitForSensor(LiveChain.SensorName, sensor => sensor.Packets == file.Frames.Count);
        using (var replay = chain.Cable.StartReplay(file.FilePath, "--pps=5000"))
        {
            chain.Server.WaitForSensor(LiveChain.SensorName, sensor => sensor.Packets > file.Frames.Count);
            chain.Agent.Kill();
            Assert.That(replay.WaitForExit(), Is.Zero, replay.Text);
        }

        var before = chain.Server.WaitForSensor(LiveChain.SensorName, sensor => !sensor.Connected).Packets;
        using var next = chain.StartAgent(VethPair.Far, "--all");
        chain.Cable.Replay(file.FilePath, "--pps=50000");
        chain.Server.WaitForSensor(LiveChain.SensorName, sensor => sensor.Packets == file.Frames.Count);
        Assert.That(next.Terminate().ExitCode, Is.Zero, next.Text);

        Assert.That(before, Is.InRange(file.Frames.Count + 1, file.Frames.Count * 2));
        Assert.That(chain.Report.FramesRead, Is.EqualTo(before + file.Frames.Count));
        AnswerJson.AssertBalanced(chain.Report);
    }

    [GeneratedRegex("(?<count>[0-9,]+) captured", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Captured();

    [GeneratedRegex("the server is away", RegexOptions.NonBacktracking)]
    private static partial Regex Away();
}
