using System.Diagnostics;
using CaBridge.Cli.Commands;

namespace CaBridge.Tests.Cli.Report;

[TestFixture]
internal sealed class ReportCommandTests
{
    private static readonly string Capture = Path.Combine(Repository.Captures, "cid-collision.pcap");

    private readonly string _folder = Directory.CreateTempSubdirectory("cabridge-report").FullName;

    private string Page => Path.Combine(_folder, "report.html");

    [TearDown]
    public void DeletePage() => File.Delete(Page);

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("a.pcap", ExpectedResult = "Option '--output' is required.")]
    [TestCase("-o x.html", ExpectedResult = "Required argument 'FILE' missing for command: 'report'.")]
    [TestCase("a.pcap -o x.html --top 0", ExpectedResult = "--top needs a whole number from 1 to 100000.")]
    [TestCase("a.pcap -o x.html --timeout x", ExpectedResult = "--timeout needs a number of seconds above 0 and up to 1000000000, written such as 2.5.")]
    [TestCase("a.pcap -o x.html --from +2 --to +1", ExpectedResult = "--from must be before --to, but '+2' is not before '+1'.")]
    public string A_wrong_command_line_is_one_sentence(string arguments) =>
        ReportCommand.Create().Parse(arguments).Errors.Select(error => error.Message).Single();

    [Test]
    public void A_page_is_written_and_nothing_is_said()
    {
        var run = Run(Capture, "-o", Page, "--title", "Linac & <co>");

        Assert.That((run.ExitCode, run.Output, run.Errors), Is.EqualTo((0, "", "")));
        Assert.That(File.ReadAllText(Page), Does.Contain("<title>Linac &amp; &lt;co&gt;</title>").And.EndWith("</html>\n"));
    }

    [Test]
    public void A_page_goes_to_standard_output()
    {
        var run = Run(Capture, "-o", "-");

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
        Assert.That(run.Output, Does.StartWith("<!DOCTYPE html>").And.EndWith("</html>\n"));
    }

    [Test]
    public void Several_captures_are_one_page()
    {
        var run = Run(Capture, Path.Combine(Repository.Captures, "mixed-ops.pcap.gz"), "-o", Page, "--operation", "create");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(Page), Does.Contain("<title>Channel Access in cid-collision.pcap and mixed-ops.pcap.gz</title>").And.Contain("<strong>A part only.</strong>"));
    }

    [Test]
    public void A_selection_that_selects_nothing_is_told()
    {
        var run = Run(Capture, "-o", Page, "--pv", "nobody:*");

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "cabridge: No request matches the selection (--operation, --pv, --from, --to).\n")));
        Assert.That(File.ReadAllText(Page), Does.Contain("no request matches the selection"));
    }

    [Test]
    public void A_capture_that_cannot_be_read_leaves_the_page_of_yesterday()
    {
        File.WriteAllText(Page, "yesterday");

        var run = Run(Path.Combine(_folder, "nowhere.pcap"), "-o", Page);

        Assert.That(run.ExitCode, Is.EqualTo(3));
        Assert.That(File.ReadAllText(Page), Is.EqualTo("yesterday"));
    }

    [Test]
    public void A_damaged_capture_is_told_on_the_page()
    {
        var damaged = Path.Combine(_folder, "damaged.pcap");
        var bytes = File.ReadAllBytes(Capture);
        bytes.AsSpan(24 + 8 + 5_000, 200).Fill(0xFF);
        File.WriteAllBytes(damaged, bytes);

        var run = Run(damaged, "-o", Page);

        Assert.That(run.ExitCode, Is.EqualTo(3), run.Errors);
        Assert.That(File.ReadAllText(Page), Does.Contain("Not all could be read."));
    }

    [Test]
    public void A_page_that_cannot_be_written_is_told_before_anything_is_read()
    {
        var run = Run(Capture, "-o", Path.Combine(_folder, "nowhere", "report.html"));

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Errors, Does.StartWith("cabridge: -o '").And.Contain("cannot be written"));
    }

    private static (int ExitCode, string Output, string Errors) Run(params string[] arguments)
    {
        var start = ToolProgram.With(["report", .. arguments]);
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
