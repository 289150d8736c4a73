using System.Diagnostics;
using System.Text.RegularExpressions;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Capture.Live;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Chain;
using CaBridge.Tests.Kit;
using CaBridge.Tests.Server;

namespace CaBridge.Tests.Extcap;

/// <summary>
/// One tshark captures and sends to a server, another follows that server, and a client asks it: all of them, and an analysis of what the first one
/// wrote, tell the same.
/// </summary>
[TestFixture, Parallelizable]
internal sealed partial class WholeShapeTests
{
    private const string SensorName = "gate";
    private const string LastPv = "the:end";

    [Test]
    public void All_views_agree_on_replayed_and_libcas_traffic()
    {
        Pyepics.Require();
        using var file = new ReplayFile("ioc-startup");
        using var home = new ExtcapHome();
        using var chain = LiveChain.StartWithoutAgent();
        using var follower = new StartedProgram(home.TsharkOnServer([$"server:{chain.Server.Url}"]));
        follower.WaitFor(CaptureStarted());
        using var capture = new StartedProgram(chain.Cable.AtFarEnd(home.TsharkOnHost(
            [$"device:{VethPair.Far}", "moredevices:lo", $"server:{chain.Network.Url}", $"sensor:{SensorName}", "onlychannelaccess:true"])));
        capture.WaitFor(CaptureStarted());
        using var server = new StartedProgram(chain.Cable.AtFarEnd(Pyepics.Server()));
        server.WaitFor(Pyepics.Ready());

        using var replay = chain.Cable.StartReplay(file.FilePath, "--pps=5000");
        using var client = new StartedProgram(chain.Cable.AtFarEnd(Pyepics.Client()));
        Assert.That(client.WaitForExit(), Is.Zero, client.Text);
        Assert.That(replay.WaitForExit(), Is.Zero, replay.Text);

        // what comes after all else ends it: tshark does not read to the end once it is told to stop
        using var last = new ReplayFile([LastFrame()]);
        chain.Cable.Replay(last.FilePath);
        capture.WaitFor(LastLine());
        follower.WaitFor(LastLine());
        capture.Interrupt();
        follower.Interrupt();
        home.WaitForNobody();
        chain.Server.WaitForSensor(SensorName, sensor => !sensor.Connected);

        var shown = Answers.OfFiles(home["shown.pcapng"]);
        var followed = Answers.OfFiles(home["followed.pcapng"]);
        Assert.That(followed.Lines(), Is.EqualTo(shown.Lines()));
        var report = chain.Server.Analysis.GetReport(new GetReportRequest { Sensor = SensorName });
        Assert.That(report.Operations.Select(account => account.ToAccount()), Is.EqualTo(shown.Snapshot.Operations));
        Assert.That(Comments(follower), Is.EqualTo(Comments(capture)));
    }

    [Test]
    public void Follower_outlives_the_server()
    {
        using var home = new ExtcapHome();
        using var first = new ServerProgram();
        using var follower = new StartedProgram(home.TsharkOnServer([$"server:{first.Url}"]));
        follower.WaitFor(CaptureStarted());
        first.Replay(GoldenCapture.Named("other-port").FilePath, "before", "--all");
        var before = GoldenCapture.Named("other-port").Frames.Count;
        follower.WaitFor(new Regex($"^{before}\t", RegexOptions.NonBacktracking));
        first.Program.Kill();
        using var second = new ServerProgram(first.Port);
        WaitForLog(home, "following", times: 2);
        second.Replay(GoldenCapture.Named("mixed-ops").FilePath, "after", "--all");
        var all = before + GoldenCapture.Named("mixed-ops").Frames.Count;
        follower.WaitFor(new Regex($"^{all}\t", RegexOptions.NonBacktracking));
        Assert.That(follower.Interrupt().ExitCode, Is.Zero, () => follower.Text);
        home.WaitForNobody();

        Assert.That(VethPair.Demand("capinfos", home["followed.pcapng"]), Does.Contain("Name = before\n").And.Contain("Name = after\n"));
    }

    /// <summary>A search for a PV that nobody else asks for.</summary>
    private static CapturedFrame LastFrame()
    {
        var frame = WireFrame.Udp(Endpoint.FromIPv4(0x0A2C000B, 40_000), Endpoint.FromIPv4(0x0A2C00FF, 5064), ipId: 1, Ca.Search(1, LastPv)).Bytes;
        return new CapturedFrame(0, LinkType.Ethernet, frame, frame.Length);
    }

    private static void WaitForLog(ExtcapHome home, string word, int times)
    {
        var patience = Stopwatch.StartNew();
        while (Regex.Count(home.Log, word, RegexOptions.NonBacktracking) < times)
        {
            Assert.That(patience.Elapsed.TotalSeconds, Is.LessThan(60), () => home.Log);
            Thread.Sleep(20);
        }
    }

    /// <summary>Numbers of packets included.</summary>
    private static List<string> Comments(StartedProgram tshark) =>
        [.. tshark.Text.Split('\n').Where(line => PacketLine().IsMatch(line)).Select(line => line.Split('\t')[0] + " " + line.Split('\t')[2])];

    [GeneratedRegex("^[0-9]+\t[0-9.]+\t", RegexOptions.NonBacktracking)]
    private static partial Regex PacketLine();

    [GeneratedRegex($"SEARCH request PV={LastPv}", RegexOptions.NonBacktracking)]
    private static partial Regex LastLine();

    [GeneratedRegex("Capture started", RegexOptions.NonBacktracking)]
    private static partial Regex CaptureStarted();
}
