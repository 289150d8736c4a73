using System.Diagnostics;
using System.Text.Json;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Cli;

/// <summary>What <c>analyze</c> tells of findings and connections, by the built program.</summary>
[TestFixture]
internal sealed class FindingToolTests
{
    [TestCase("warning", "duplicate-pv", 7)]
    [TestCase("error", "duplicate-pv", 7)]
    [TestCase("error", "slow-client", 0)]
    [TestCase("warning", "access-denied", 0)]
    [TestCase("info", "access-denied", 7)]
    [TestCase("info", "catime", 0)]
    public void Exit_code_tells_of_findings_that_bad(string severity, string capture, int exitCode) =>
        Assert.That(Analyze(capture, "--fail-on", severity).ExitCode, Is.EqualTo(exitCode));

    [Test]
    public void Json_of_a_finding_has_the_fields_of_the_contract()
    {
        using var answer = JsonDocument.Parse(Analyze("slow-client", "--findings", "--format", "json").Output);

        var finding = answer.RootElement.GetProperty("findings")[0];
        Assert.That(
            finding.EnumerateObject().Select(field => field.Name),
            Is.EqualTo((string[])
            [
                "id", "severity", "title", "pv", "server", "client", "count", "first_unix_ns", "last_unix_ns", "frames", "confidence", "in_gap", "advice",
                "details", "pvs", "pv_count", "servers", "clients", "open",
            ]));
        Assert.That(finding.GetProperty("id").GetString(), Is.EqualTo("slow-consumer"));
        Assert.That(finding.GetProperty("server").GetString(), Is.EqualTo("10.44.0.21:5064"));
        Assert.That(finding.GetProperty("client").GetString(), Is.EqualTo("10.44.0.11:39862"));
        Assert.That(finding.GetProperty("frames").EnumerateArray().Select(frame => frame.GetInt64()), Is.EqualTo((long[])[616, 628]));
    }

    [Test]
    public void Csv_of_findings_has_a_line_for_each()
    {
        var lines = Analyze("ioc-startup", "--findings", "--format", "csv").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.That(lines[0], Is.EqualTo("id,severity,title,pv,server,client,count,first_unix_ns,last_unix_ns,frames,confidence,in_gap,advice"));
        Assert.That(lines, Has.Length.EqualTo(16).And.Exactly(15).StartsWith("orphan-search,warning,"));
    }

    [Test]
    public void Text_ends_with_findings_those_of_one_cause_once()
    {
        var text = Analyze("ioc-startup").Output;

        Assert.That(text, Does.Contain("15 findings (15 warning)"));
        Assert.That(text.Split("orphan-search: "), Has.Length.EqualTo(4), "one for each of three clients");
        Assert.That(text, Does.Contain("10.44.0.22:5064: 86.844 ms of 106.257 ms on average were the network (round trip 21.599 ms)"));
    }

    [Test]
    public void Connections_are_listed_the_slowest_first()
    {
        using var answer = JsonDocument.Parse(Analyze("ioc-restart", "--connections", "--format", "json").Output);
        var totals = answer.RootElement.GetProperty("connections").EnumerateArray().Select(connection => connection.GetProperty("total_ns").GetInt64()).ToList();

        Assert.That(totals, Has.Count.EqualTo(86).And.Ordered.Descending);
        Assert.That(answer.RootElement.GetProperty("connections").EnumerateArray().Count(connection => connection.GetProperty("reconnection").GetBoolean()), Is.EqualTo(42));
    }

    [TestCase("--threshold", "slow-create")]
    [TestCase("--threshold", "nonsense=1")]
    [TestCase("--findings", "--transactions")]
    public void What_cannot_be_meant_is_refused_in_a_sentence(string option, string value)
    {
        var run = Analyze("cooked1", option, value);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Errors.Trim().Split('\n')[0], Does.StartWith("cabridge: ").And.Contains(option));
    }

    [TestCase("analyze", "")]
    [TestCase("decode", "")]
    [TestCase("compare", "", "")]
    [TestCase("report", "", "-o", "x.html")]
    public void Empty_name_is_told(params string[] arguments)
    {
        var run = Start(arguments);

        Assert.That(run.ExitCode, Is.AnyOf(2, 3));
        Assert.That(run.Errors, Does.StartWith("cabridge: ").And.Contains("is empty"));
    }

    [Test]
    public void A_threshold_changes_what_is_found() =>
        Assert.That(Analyze("slow-client", "--findings", "--threshold", "zero-window=20s").Output, Does.StartWith("No findings"));

    private static (int ExitCode, string Output, string Errors) Analyze(string capture, params string[] options) =>
        Start(["analyze", GoldenCapture.Named(capture).FilePath, .. options]);

    private static (int ExitCode, string Output, string Errors) Start(string[] arguments)
    {
        var start = ToolProgram.With(arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
