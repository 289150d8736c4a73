using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;
using CaBridge.Tests.Capture.Live;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Extcap;

/// <summary>tshark starts the extcap at the far end of a cable, tcpreplay sends from the near end.</summary>
[TestFixture, Parallelizable]
internal sealed partial class LiveExtcapTests
{
    private static readonly string[] OnCable = [$"device:{VethPair.Far}"];

    [Test]
    public void Packets_are_those_that_tcpdump_saw()
    {
        using var file = new ReplayFile("ioc-startup", "mixed-ops", "large-arrays", "fragments");
        using var home = new ExtcapHome();
        using var cable = VethPair.Create();
        using var tcpdump = new StartedProgram(cable.AtFarEnd(new ProcessStartInfo(
            "tcpdump", ["-i", VethPair.Far, "--time-stamp-precision=nano", "-Z", "root", "-B", "65536", "-c", $"{file.Frames.Count}", "-w", home["tcpdump.pcap"]])));
        tcpdump.WaitFor(Listening());
        using var tshark = Started(cable, home.TsharkOnHost(OnCable));
        cable.Replay(file.FilePath, "--pps=20000");
        tshark.WaitFor(Line(file.Frames.Count));
        Assert.That(tshark.Interrupt().ExitCode, Is.Zero, () => tshark.Text);
        Assert.That(tcpdump.WaitForExit(), Is.Zero, () => tcpdump.Text);
        home.WaitForNobody();

        var shown = Frames(home["shown.pcapng"]);
        Assert.That(shown, Is.EqualTo(Frames(home["tcpdump.pcap"])));
        Assert.That(shown, Has.Count.EqualTo(file.Frames.Count));
        var information = VethPair.Demand("capinfos", home["shown.pcapng"]);
        Assert.That(information, Does.Match("Capture application: +cabridge-extcap").And.Match($"Name = {VethPair.Far}").And.Match("Description = ").And.Contains("nanoseconds (9)"));
        Assert.That(information, Does.Match("Number of resolved IPv4 addresses in file: [1-9]"));
        AssertComments(home);
    }

    [Test]
    public void Capture_filter_is_the_kernels()
    {
        using var file = new ReplayFile("ioc-startup");
        using var home = new ExtcapHome();
        using var cable = VethPair.Create();
        using var tshark = Started(cable, home.TsharkOnHost(OnCable, "-f", "tcp"));
        cable.Replay(file.FilePath, "--pps=20000");
        var wanted = file.CountOf("tcp");
        tshark.WaitFor(Line(wanted));
        tshark.Interrupt();

        Assert.That(wanted, Is.Positive.And.LessThan(file.Frames.Count));
        Assert.That(Frames(home["shown.pcapng"]), Has.Count.EqualTo(wanted));
    }

    [TestCase("prot 5064", "device:lo", @"The filter ""prot 5064"" is wrong at character 1, ""prot 5064"": .*\.")]
    [TestCase("", "device:nope0", "There is no device 'nope0' to capture on; there are .*lo.*")]
    [TestCase("", "buffer:0", "The kernel buffer needs a number of megabytes from 1 to 1024; it is '0'.")]
    public void What_cannot_be_captured_is_one_sentence_and_an_error(string filter, string option, string sentence)
    {
        using var home = new ExtcapHome();
        using var tshark = new StartedProgram(home.TsharkOnHost([option], "-f", filter));

        Assert.That(tshark.WaitForExit(), Is.EqualTo(1), () => tshark.Text);
        Assert.That(tshark.Text, Does.Match($"tshark: Error by extcap pipe: {sentence}\n"));
        home.WaitForNobody();
    }

    [Test]
    public void Server_to_send_to_must_be_there_at_first()
    {
        using var home = new ExtcapHome();
        using var tshark = new StartedProgram(home.TsharkOnHost(["device:lo", "server:http://127.0.0.1:1"]));

        Assert.That(tshark.WaitForExit(), Is.EqualTo(1), () => tshark.Text);
        Assert.That(tshark.Text, Does.Contain("tshark: Error by extcap pipe: The server http://127.0.0.1:1 cannot be reached: Connection refused\n"));
        home.WaitForNobody();
    }

    /// <summary>The reader hangs: nobody takes what the pipe has no room for.</summary>
    [Test]
    public void Wireshark_that_hangs_holds_up_neither_the_capture_nor_its_end()
    {
        using var file = new ReplayFile("catime");
        using var home = new ExtcapHome();
        using var cable = VethPair.Create();
        VethPair.Demand("mkfifo", home["fifo"]);
        using var extcap = new StartedProgram(cable.AtFarEnd(new ProcessStartInfo(
            ExtcapHome.Program,
            ["--capture", "--extcap-interface", "cabridge", "--device", VethPair.Far, "--fifo", home["fifo"], "--log-file", home["log"]])));
        using var hanging = new FileStream(home["fifo"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        hanging.ReadExactly(new byte[8]);
        cable.Replay(file.FilePath, "--pps=20000");
        var (exitCode, took) = extcap.Terminate();

        Assert.That(exitCode, Is.Zero, () => extcap.Text);
        Assert.That(took.TotalSeconds, Is.LessThan(1.5));
        Assert.That(home.Log, Does.Match($"{VethPair.Far}: {file.Frames.Count:N0} packets captured, 0 dropped").And.EndsWith("ended\n"));
    }

    [TestCase("http://127.0.0.1:1", "The server http://127.0.0.1:1 cannot be reached: Connection refused")]
    [TestCase("gopher://x", "--server needs a URL, as http://127.0.0.1:50051; it is 'gopher://x'.")]
    public void Server_that_cannot_be_reached_is_one_sentence_and_an_error(string url, string sentence)
    {
        using var home = new ExtcapHome();
        using var tshark = new StartedProgram(home.TsharkOnServer([$"server:{url}"]));

        Assert.That(tshark.WaitForExit(), Is.EqualTo(1), () => tshark.Text);
        Assert.That(tshark.Text, Does.Contain($"tshark: Error by extcap pipe: {sentence}\n"));
        home.WaitForNobody();
    }

    [TestCase("tshark", "TERM")]
    [TestCase("tshark", "INT")]
    [TestCase("tshark", "KILL")]
    [TestCase("dumpcap", "KILL")]
    [TestCase("cabridge-extcap", "TERM")]
    public void Nobody_is_left_behind(string program, string signal)
    {
        using var file = new ReplayFile("catime");
        using var home = new ExtcapHome();
        using var cable = VethPair.Create();
        using var tshark = Started(cable, home.TsharkOnHost(OnCable));
        using var replay = cable.StartReplay(file.FilePath, "--loop=0", "--pps=5000");
        tshark.WaitFor(Line(100));
        foreach (var (id, _) in home.Processes().Where(process => string.Equals(process.Name, program, StringComparison.Ordinal)))
        {
            VethPair.Demand("kill", $"-{signal}", $"{id}");
        }

        home.WaitForNobody();
    }

    [Test]
    public void Pv_filter_shows_what_is_about_the_pv()
    {
        using var file = new ReplayFile("mixed-ops");
        var wanted = GoldenCapture.Named("mixed-ops").Answers.Transactions.Where(transaction => transaction.Pv is not null).Select(transaction => transaction.Pv!.Text).First();
        using var home = new ExtcapHome();
        using var cable = VethPair.Create();
        using var tshark = Started(cable, home.TsharkOnHost([.. OnCable, $"pv:{wanted}"]));
        cable.Replay(file.FilePath, "--pps=20000");
        tshark.WaitFor(new Regex($"CREATE_CHAN reply PV={wanted}", RegexOptions.NonBacktracking));
        tshark.Interrupt();

        var comments = Comments(tshark);
        Assert.That(comments, Has.Count.LessThan(file.Frames.Count / 2));
        Assert.That(comments.Where(comment => comment.Length > 0), Has.All.Contains($"PV={wanted}"));
    }

    /// <summary>It captures when this returns.</summary>
    private static StartedProgram Started(VethPair cable, ProcessStartInfo tshark)
    {
        var program = new StartedProgram(cable.AtFarEnd(tshark));
        program.WaitFor(CaptureStarted());
        return program;
    }

    private static Regex Line(int number) => new($"^{number}\t", RegexOptions.NonBacktracking);

    private static List<string> Comments(StartedProgram tshark) =>
        [.. tshark.Text.Split('\n').Select(line => line.Split('\t')).Where(fields => fields.Length == 3 && int.TryParse(fields[0], out _)).Select(fields => fields[2])];

    private static List<(long, string)> Frames(string path)
    {
        using var reader = CaptureReader.Open(path, new CaptureReaderOptions { ReorderWindow = 0 });
        var frames = new List<(long, string)>();
        while (reader.TryRead(out var packet))
        {
            frames.Add((packet.Time.UnixNanoseconds, Convert.ToHexString(SHA256.HashData(packet.Data))));
        }

        Assert.That(reader.Problems, Is.Empty);
        return frames;
    }

    /// <summary>Each answered operation is told with its latency and its request, where the recording that tshark wrote has them.</summary>
    private static void AssertComments(ExtcapHome home)
    {
        var lines = VethPair.Demand("tshark", "-r", home["shown.pcapng"], "-T", "fields", "-e", "frame.number", "-e", "frame.comment").Split('\n');
        var comments = lines.Select(line => line.Split('\t')).Where(fields => fields.Length == 2).ToDictionary(fields => int.Parse(fields[0]), fields => fields[1]);
        var told = 0;
        foreach (var transaction in Answers.OfFiles(home["shown.pcapng"]).Transactions.Where(transaction => transaction is { HasReply: true, Operation: not (Operation.Connect or Operation.Search), Pv: not null }))
        {
            var comment = comments[(int)transaction.ReplyFrame];
            if (!comment.Contains(" more", StringComparison.Ordinal))
            {
                Assert.That(comment, Does.Contain($"reply PV={transaction.Pv!.Text} {Analysis.Text.DurationUnit.Text(transaction.Latency!.Value.Nanoseconds)} from request #{transaction.RequestFrame}"));
                told++;
            }
        }

        Assert.That(told, Is.GreaterThan(50));
    }

    [GeneratedRegex("^tcpdump: listening on|^listening on", RegexOptions.NonBacktracking)]
    private static partial Regex Listening();

    [GeneratedRegex("Capture started", RegexOptions.NonBacktracking)]
    private static partial Regex CaptureStarted();
}
