using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Text;
using CaBridge.Cli.Live;
using CaBridge.Cli.Rendering;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Server;
using CaBridge.Tests.Statistics;
using Operation = CaBridge.Analysis.Transactions.Operation;

namespace CaBridge.Tests.Cli.Live;

/// <summary>Server, agent and tool as processes.</summary>
[TestFixture]
internal sealed class WatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string Capture = GoldenCapture.Named("ioc-startup").FilePath;

    [Test]
    public async Task Json_lines_are_the_transactions_of_analyze()
    {
        using var server = new ServerProgram();
        using var watch = Watching.Start(server, "--format", "json");
        var expected = JsonDocument.Parse(Tool.Run("analyze", "--format", "json", "--transactions", Capture).Output).RootElement.GetProperty("transactions")
            .EnumerateArray().Select(transaction => transaction.GetRawText()).ToList();
        await watch.ConnectedAsync();

        server.Replay(Capture, "a");
        var lines = await watch.ReadLinesAsync(expected.Count);

        Assert.That(lines.Select(line => line.Replace(",\"sensor\":\"a\"}", "}", StringComparison.Ordinal)), Is.EquivalentTo(expected));
        Assert.That(await watch.EndAsync("INT"), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task Findings_are_told_as_they_open_and_close()
    {
        using var server = new ServerProgram();
        using var json = Watching.Start(server, "--findings", "--format", "json", "--sensor", "a");
        using var text = Watching.Start(server, "--findings", "--pv", "d:ao0");
        await json.ConnectedAsync("findings follow, first those that are open");
        await text.ConnectedAsync("findings follow, first those that are open");
        server.Replay(GoldenCapture.Named("duplicate-pv").FilePath, "a");
        var listed = (await server.Analysis.ListFindingsAsync(new ListFindingsRequest { PageSize = 1000 })).Findings;
        server.Replay(GoldenCapture.Named("cooked1").FilePath, "a");

        var open = listed.Count(finding => finding.Open);
        var lines = (await json.ReadLinesAsync(listed.Count + listed.Count)).ConvertAll(line => JsonDocument.Parse(line).RootElement);
        Assert.That(lines.Select(Change).Order(StringComparer.Ordinal), Is.EqualTo(Enumerable.Repeat("closed", listed.Count).Concat(Enumerable.Repeat("opened", listed.Count))));
        Assert.That(lines.Select(line => line.GetProperty("key").GetString()).Distinct(StringComparer.Ordinal), Is.EquivalentTo(listed.Select(finding => finding.Key)));
        Assert.That(lines.Select(line => line.GetProperty("sensor").GetString()), Has.All.EqualTo("a"));
        var told = await text.ReadLinesAsync(2);
        Assert.That(told[0], Does.Match(@"\A[0-9-]+ [0-9:.]+ opened  error   duplicate-pv: d:ao0 is served by 10\.44\.0\.21:5064 and 10\.44\.0\.22:5064: "));
        Assert.That(told[1], Does.Contain(" closed  error   duplicate-pv: d:ao0 "));
        Assert.That(open, Is.Positive);
        Assert.That(await json.EndAsync("INT"), Is.EqualTo((0, "")));

        static string? Change(JsonElement line) => line.GetProperty("change").GetString();
    }

    [Test]
    public void What_chooses_transactions_chooses_no_findings()
    {
        var run = Tool.Run("watch", "--findings", "--slower-than", "5ms");

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Errors, Does.StartWith("cabridge: --slower-than chooses transactions, not --findings."));
    }

    [Test]
    public async Task A_server_that_restarts_is_followed_again()
    {
        using var server = new ServerProgram();
        using var watch = Watching.Start(server, "--format", "json");
        await watch.ConnectedAsync();

        server.Program.Kill();
        var away = await watch.Errors.ReadLineAsync().WaitAsync(Patience);
        using var again = new ServerProgram(server.Port);
        var back = await watch.Errors.ReadLineAsync().WaitAsync(Patience);
        again.Replay(Capture, "b");

        Assert.That(away, Does.StartWith("cabridge: the server is away, trying again: "));
        Assert.That(back, Is.EqualTo("cabridge: the server is back; what it saw meanwhile is missing here"));
        Assert.That((await watch.ReadLinesAsync(1))[0], Does.Contain("\"sensor\":\"b\""));
        Assert.That((await watch.EndAsync("TERM")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task It_ends_when_nobody_reads_though_nothing_comes()
    {
        using var server = new ServerProgram();
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"{ToolProgram.Shell} watch --server {server.Url} | true; exit ${{PIPESTATUS[0]}}"]) { UseShellExecute = false })!;
        await process.WaitForExitAsync().WaitAsync(Patience);

        Assert.That(process.ExitCode, Is.Zero);
    }

    [Test]
    public void A_server_that_is_not_there_is_told()
    {
        var run = Tool.Run("watch", "--server", "http://127.0.0.1:1");

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((5, "")));
        Assert.That(run.Errors, Does.StartWith("cabridge: The server cannot be reached: "));
    }

    [TestCase("--slower-than", "50")]
    [TestCase("--slower-than", "-5ms")]
    [TestCase("--slower-than", "fast")]
    [TestCase("--server-address", "ioc1")]
    [TestCase("--outcome", "lost")]
    [TestCase("--operation", "write")]
    public void Wrong_usage_is_2(string option, string value)
    {
        var run = Tool.Run("watch", option, value);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Errors, Does.StartWith("cabridge: ").And.Contain(value));
    }

    [TestCase("50ms", 50_000_000)]
    [TestCase("812ns", 812)]
    [TestCase("1.5us", 1_500)]
    [TestCase("0.25µs", 250)]
    [TestCase("2s", 2_000_000_000)]
    [TestCase("9223372036s", 9_223_372_036_000_000_000)]
    public void Durations_have_a_unit(string text, long nanoseconds)
    {
        Assert.That(DurationText.TryParse(text, out var duration), Is.True);
        Assert.That(duration.Nanoseconds, Is.EqualTo(nanoseconds));
    }

    [TestCase("")]
    [TestCase("50")]
    [TestCase("ms")]
    [TestCase("1e3ms")]
    [TestCase("5 min")]
    [TestCase("99999999999s")]
    public void Durations_without_sense_are_refused(string text) => Assert.That(DurationText.TryParse(text, out _), Is.False);

    [Test]
    public void Names_cannot_command_the_terminal()
    {
        var evil = SampleTransactions.Answered(Operation.Get, new PvName("a\u001b[2J\nb", 0), 812).ToMessage("a");

        Assert.That(Lines(isJson: false, evil), Does.Contain(@"a\u{1b}[2J\u{a}b").And.Not.Contain("\u001b"));
        Assert.That(Lines(isJson: true, evil), Does.Contain("a\\u001B[2J\\nb").And.Not.Contain("\u001b"));
    }

    private static string Lines(bool isJson, params CaBridge.Contracts.V1.Transaction[] transactions)
    {
        using var output = new MemoryStream();
        using var lines = new TransactionLines(output, isJson, TextStyle.Plain);
        lines.Write(transactions);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>A <c>watch</c> that runs.</summary>
    private sealed class Watching(Process process) : IDisposable
    {
        public StreamReader Errors => process.StandardError;

        public static Watching Start(ServerProgram server, params string[] options)
        {
            var start = ToolProgram.With(["watch", "--server", server.Url, .. options]);
            start.RedirectStandardError = true;
            return new Watching(Process.Start(start)!);
        }

        public async Task ConnectedAsync(string what = "transactions follow as they end") => Assert.That(
            await process.StandardError.ReadLineAsync().WaitAsync(Patience), Is.EqualTo($"cabridge: connected; {what}"));

        public async Task<List<string>> ReadLinesAsync(int count)
        {
            var lines = new List<string>();
            while (lines.Count < count)
            {
                lines.Add(await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new AssertionException($"It ended after {lines.Count} lines."));
            }

            return lines;
        }

        public async Task<(int ExitCode, string Errors)> EndAsync(string signal)
        {
            using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);

            // who waits for a full pipe heeds no signal
            _ = process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(Patience);
            return (process.ExitCode, await process.StandardError.ReadToEndAsync());
        }

        public void Dispose()
        {
            process.Kill();
            process.Dispose();
        }
    }
}
