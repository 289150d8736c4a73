using System.Diagnostics;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Cli;

namespace CaBridge.Tests.Server;

/// <summary>Recordings through agent and server tell what <c>analyze</c> tells of the file, to the nanosecond.</summary>
[TestFixture]
internal sealed class ReplayTests
{
    private const int AgentsAtOnce = 3;

    [Test]
    public void Every_capture_gives_the_answers_of_analyze([Values] bool all)
    {
        using var server = new ServerProgram();
        Parallel.ForEach(GoldenCapture.All, new ParallelOptions { MaxDegreeOfParallelism = AgentsAtOnce }, capture => Send(server, capture, capture.Name, all));

        foreach (var capture in GoldenCapture.All)
        {
            AnswerJson.AssertEqual(AnswerJson.OfServer(server, capture.Name), AnswerJson.OfFile(capture.FilePath), capture.Name);
        }
    }

    [Test]
    public void Programs_print_the_same()
    {
        var path = GoldenCapture.Named("lossy").FilePath;
        using var server = new ServerProgram();
        Send(server, GoldenCapture.Named("lossy"), "lossy", all: false);

        var answer = AnswerJson.Parse(Cabridge("stats", "--server", server.Url, "--format", "json"));
        AnswerJson.AssertEqual(answer, AnswerJson.Parse(Cabridge("analyze", "--format", "json", path)), "all sensors");
    }

    [TestCase("ioc-startup")]
    [TestCase("mixed-ops")]
    public void Circuit_of_two_sensors_counts_once(string name)
    {
        var capture = GoldenCapture.Named(name);
        var expected = AnswerJson.OfFile(capture.FilePath);
        using var server = new ServerProgram();
        Parallel.Invoke(() => Send(server, capture, "left", all: false), () => Send(server, capture, "right", all: false));

        AnswerJson.AssertEqual(AnswerJson.OfServer(server, "left"), expected, "left");
        AnswerJson.AssertEqual(AnswerJson.OfServer(server, "right"), expected, "right");
        var both = AnswerJson.OfServer(server);
        foreach (var key in (string[])["operations", "latency", "slowest_pvs", "unanswered_total"])
        {
            Assert.That(both[key]?.ToJsonString(), Is.EqualTo(expected[key]?.ToJsonString()), key);
        }

        Assert.That((long)both["capture"]!["circuits"]!, Is.EqualTo((long)expected["capture"]!["circuits"]!));
    }

    [Test]
    public void Sensor_that_begins_again_keeps_what_it_has()
    {
        using var server = new ServerProgram();
        Send(server, GoldenCapture.Named("cooked1"), "one", all: false);
        Send(server, GoldenCapture.Named("access-denied"), "one", all: false);

        var frames = (string[])["cooked1", "access-denied"];
        Assert.That((long)AnswerJson.OfServer(server, "one")["frames"]!, Is.EqualTo(
            frames.Sum(name => (long)AnswerJson.OfFile(GoldenCapture.Named(name).FilePath)["frames"]!)));
    }

    private static void Send(ServerProgram server, GoldenCapture capture, string sensor, bool all) =>
        server.Replay(capture.FilePath, sensor, all ? ["--all"] : []);

    private static string Cabridge(params string[] arguments)
    {
        var start = ToolProgram.With(arguments);
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output;
    }
}
