using System.Diagnostics;
using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Live.Top;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Server;
using Grpc.Net.Client;

namespace CaBridge.Tests.Cli.Live;

[TestFixture]
internal sealed class TopSourceTests
{
    private static readonly CaptureDuration Hour = CaptureDuration.FromSeconds(3600);
    private static readonly string Capture = GoldenCapture.Named("ioc-startup").FilePath;

    [Test]
    public async Task Server_and_capture_have_the_same_answers([Values(null, Operation.Create)] Operation? operation, [Values("", "s2:*")] string pv)
    {
        var question = new TopQuestion(operation, pv);
        using var server = new ServerProgram();
        server.Replay(Capture, "a");
        using var far = new ServerTop(GrpcChannel.ForAddress(server.Url), Hour);
        using var near = CaptureTop.OfFiles([Capture], speed: 0, Hour);
        near.WaitForEnd();
        var there = await far.AskAsync(question, CancellationToken.None);
        var here = await near.AskAsync(question, CancellationToken.None);

        Assert.That(here.Accounts, Is.Not.Empty);
        Assert.That(there.Accounts.Where(account => account.Requests > 0), Is.EqualTo(here.Accounts.Where(account => account.Requests > 0)));
        Assert.That(there.Unanswered.Select(transaction => transaction.Pv?.Text), Is.EquivalentTo(here.Unanswered.Select(transaction => transaction.Pv?.Text)));
        Assert.That(Figures(there.ByOperation), Is.EqualTo(Figures(here.ByOperation)));
        Assert.That(Figures(there.ByServer), Is.EqualTo(Figures(here.ByServer)));
        Assert.That(Figures(there.ByPv), Is.EquivalentTo(Figures(here.ByPv)));
        Assert.That((there.Intake.Packets, there.Latest), Is.EqualTo((here.Intake.Packets, here.Latest)));
        Assert.That(there.Ended, Is.EqualTo(here.Ended));
    }

    [Test]
    public async Task A_server_that_goes_away_leaves_its_last_answer()
    {
        using var server = new ServerProgram();
        server.Replay(Capture, "a");
        using var top = new ServerTop(GrpcChannel.ForAddress(server.Url), Hour);
        var before = await top.AskAsync(default(TopQuestion) with { Pv = "" }, CancellationToken.None);
        server.Program.Kill();
        var after = await top.AskAsync(default(TopQuestion) with { Pv = "" }, CancellationToken.None);

        Assert.That(after.Problem, Does.StartWith("the server is away: "));
        Assert.That(after with { Problem = null }, Is.EqualTo(before));
    }

    [Test]
    public void The_past_leaves_the_window()
    {
        var recent = new RecentTransactions(CaptureDuration.FromSeconds(10), maxCount: 3);
        var at = new CaptureTime(0);
        for (var second = 0; second < 5; second++)
        {
            at = new CaptureTime(second * CaptureDuration.NanosecondsPerSecond);
            recent.Add(Statistics.SampleTransactions.Answered(Operation.Get, SampleReport.Ao0, 812), at);
        }

        Assert.That(Answer(at), Is.EqualTo((3, 3)), "three are kept, of four seconds");
        Assert.That(Answer(at + CaptureDuration.FromSeconds(9)), Is.EqualTo((2, 10)));
        Assert.That(Answer(at + CaptureDuration.FromSeconds(60)), Is.EqualTo((0, 10)));

        (long Requests, int Seconds) Answer(CaptureTime now)
        {
            var answer = recent.Answer(new TopQuestion(null, ""), default, now);
            return (answer.Accounts.Sum(account => account.Requests), (int)answer.Span.TotalSeconds);
        }
    }

    [Test]
    public void Without_a_terminal_it_says_so()
    {
        var run = Tool.Run("top", "-r", Capture);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.All.StartsWith("cabridge: top needs a terminal"));
    }

    /// <summary>script(1) makes the terminal.</summary>
    [Test]
    public void On_a_terminal_it_draws_until_q()
    {
        var start = new ProcessStartInfo("script", ["-qec", $"stty cols 80 rows 24; TERM=xterm {ToolProgram.Shell} top -r '{Capture}' --speed 0 --interval 0.1", "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var shown = "";
        while (!shown.Contains("[overview]", StringComparison.Ordinal) && process.StandardOutput.Read() is >= 0 and var read)
        {
            shown += (char)read;
        }

        process.StandardInput.Write("q");
        process.StandardInput.Flush();
        shown += process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero, shown);
        Assert.That(shown, Does.Contain("\u001b[?1049h").And.Contain("ioc-startup.pcap").And.Contain("\u001b[?25h\u001b[?1049l"));
    }

    /// <summary>The server's quantiles are a histogram's.</summary>
    private static IEnumerable<(Operation Operation, string? Key, long Count, double Mean, long Minimum, long Maximum)> Figures(IEnumerable<LatencyRow> rows) =>
        rows.Select(row => (row.Operation, row.Key, row.Summary.Count, Math.Round(row.Summary.Mean, 3), row.Summary.Minimum, row.Summary.Maximum));
}
