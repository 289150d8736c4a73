using System.Text.RegularExpressions;
using CaBridge.Tests.Capture.Live;
using CaBridge.Tests.Server;

namespace CaBridge.Tests.Chain;

/// <summary>A network that is away for longer than the agent can hold what it captures.</summary>
[TestFixture, Parallelizable]
internal sealed partial class LiveSpoolTests
{
    /// <summary>More than the 64 MB that an agent holds in memory.</summary>
    private const int Loops = 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("cabridge").FullName;

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Spool_of_full_size_loses_the_oldest_and_counts_them() => Outlast("what waits has its full size (--spool-size)", "--spool-size", "1");

    [Test]
    public void Full_disk_loses_the_oldest_and_says_why()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("A FULL DISK IS NOT TESTED: mounting needs root.");
        }

        VethPair.Demand("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _folder);
        try
        {
            Outlast("No space left on device", "--spool", _folder);
        }
        finally
        {
            VethPair.Demand("umount", _folder);
        }
    }

    private static void Outlast(string reason, params string[] options)
    {
        using var file = new ReplayFile("catime");
        using var chain = LiveChain.Start(VethPair.Far, ["--all", .. options]);
        chain.Cable.Replay(file.FilePath, "--pps=50000");
        chain.Server.WaitForSensor(LiveChain.SensorName, known => known.Packets == file.Frames.Count);
        chain.Network.GoAway();
        chain.Cable.Replay(file.FilePath, "--topspeed", "--preload-pcap", $"--loop={Loops}");
        var told = chain.Agent.WaitFor(Discarded());
        chain.Network.ComeBack();
        chain.Agent.WaitFor(LiveChain.Connected(), count: 2);
        chain.Cable.Replay(file.FilePath, "--pps=50000");
        var sensor = chain.EndAgent((long)file.Frames.Count * (Loops + 2));

        Assert.That(told[0].Groups["reason"].Value, Does.Contain(reason));
        Assert.That(chain.Agent.WaitFor(Discarded()), Has.Count.EqualTo(1), chain.Agent.Text);
        Assert.That(sensor.FramesCaptured + sensor.DroppedByKernel, Is.EqualTo((long)file.Frames.Count * (Loops + 2)));
        Assert.That(sensor.Packets + sensor.DroppedByAgent, Is.EqualTo(sensor.FramesCaptured));
        Assert.That(sensor.DroppedByAgent, Is.Positive);
        Assert.That(sensor.BatchesMissing, Is.Positive);
        Assert.That(sensor.Packets, Is.GreaterThan(file.Frames.Count * 2));
        Assert.That(chain.Report.FramesRead, Is.EqualTo(sensor.Packets));
        AnswerJson.AssertBalanced(chain.Report);
    }

    [GeneratedRegex("cabridge: the oldest packets are discarded: (?<reason>.*)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Discarded();
}
