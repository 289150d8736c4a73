using System.Text.Json.Nodes;
using CaBridge.Tests.Capture.Live;
using CaBridge.Tests.Server;

namespace CaBridge.Tests.Chain;

/// <summary>What tcpreplay sends over a cable is counted by agent and server, packet by packet, or told as lost.</summary>
[TestFixture, Parallelizable]
internal sealed class LiveAccountTests
{
    /// <summary>Those of the answer that do not depend on time.</summary>
    private static readonly string[] Timeless = ["frames", "messages", "operations", "search", "failures", "unanswered_total"];

    [TestCase("other-port", false)]
    [TestCase("ioc-startup", true)]
    [TestCase("mixed-ops", true)]
    public void Accounts_are_those_of_the_file(string name, bool isTopSpeed)
    {
        using var file = new ReplayFile(name);
        using var chain = LiveChain.Start(VethPair.Far);
        chain.Cable.Replay(file.FilePath, isTopSpeed ? ["--topspeed"] : []);
        var sensor = chain.EndAgent(file.Frames.Count);

        Assert.That(
            (sensor.FramesCaptured, sensor.DroppedByKernel, sensor.DroppedByAgent, sensor.BatchesMissing),
            Is.EqualTo(((long)file.Frames.Count, 0L, 0L, 0L)));
        var (found, expected) = (AnswerJson.OfServer(chain.Server, LiveChain.SensorName), AnswerJson.OfFile(file.FilePath));
        foreach (var key in Timeless)
        {
            Assert.That(found[key]?.ToJsonString(), Is.EqualTo(expected[key]?.ToJsonString()), key);
        }

        Assert.That(LatencyCounts(found), Is.EqualTo(LatencyCounts(expected)));
    }

    [Test]
    public void What_a_stopped_agent_misses_is_counted_as_dropped()
    {
        using var file = new ReplayFile("catime");
        using var chain = LiveChain.Start(VethPair.Far, "--buffer", "1", "--all");
        chain.Agent.Pause();
        chain.Cable.Replay(file.FilePath, "--topspeed");
        chain.Agent.Resume();
        var (exitCode, _) = chain.Agent.Terminate();

        var sensor = chain.Sensor;
        Assert.That((exitCode, sensor.FramesCaptured + sensor.DroppedByKernel), Is.EqualTo((0, (long)file.Frames.Count)), chain.Agent.Text);
        Assert.That(sensor.DroppedByKernel, Is.Positive);
        Assert.That(sensor.Packets, Is.EqualTo(sensor.FramesCaptured));
        AnswerJson.AssertBalanced(chain.Report);
    }

    private static List<string> LatencyCounts(JsonObject answer) =>
        [.. answer["latency"]!.AsArray().Select(row => $"{row!["operation"]} {row["server"]}: {row["count"]}").Order(StringComparer.Ordinal)];
}
