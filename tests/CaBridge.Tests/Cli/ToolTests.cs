using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using CaBridge.Analysis.Packets;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Cli;

/// <summary>The built program, started as a user starts it.</summary>
[TestFixture]
internal sealed class ToolTests
{
    /// <summary>Root may read everything; less these two capabilities, it may not.</summary>
    private const string WithoutRootsEyes = "setpriv --bounding-set=-dac_override,-dac_read_search";

    private readonly string _folder = Directory.CreateTempSubdirectory("cabridge").FullName;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Missing_file_is_named() => AssertRefused(Path.Combine(_folder, "nowhere.pcap"));

    [Test]
    public void Folder_is_no_capture() => AssertRefused(_folder);

    [Test]
    public void Empty_file_is_no_capture() => AssertRefused(Write("empty.pcap", []));

    [Test]
    public void Text_is_no_capture() => AssertRefused(Write("notes.pcap", "some notes on the beam"u8));

    [Test]
    public void Header_may_not_be_cut() => AssertRefused(Write("header.pcap", IocStartup().AsSpan(0, 12)));

    [Test]
    public void Unknown_link_type_is_told()
    {
        var capture = IocStartup();
        BinaryPrimitives.WriteInt32LittleEndian(capture.AsSpan(20), 147);

        AssertRefused(Write("link.pcap", capture));
    }

    [Test]
    public void File_without_permission_is_told()
    {
        var path = Write("secret.pcap", IocStartup());
        var run = Shell($"chmod 000 '{path}'; {(Environment.IsPrivilegedProcess ? WithoutRootsEyes : "")} {ToolProgram.Shell} analyze '{path}'");

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((3, "")));
        Assert.That(run.Errors, Does.Contain("secret.pcap").And.Contain("permission"));
    }

    [Test]
    public void Absurd_length_ends_reading_and_loses_nothing_before_it()
    {
        var capture = IocStartup();
        var at = 24;
        for (var frame = 0; frame < 1000; frame++)
        {
            at += 16 + BinaryPrimitives.ReadInt32LittleEndian(capture.AsSpan(at + 8));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(capture.AsSpan(at + 8), 0xFFFF_FFF0);

        AssertReadInPart(Write("absurd.pcap", capture), mentions: $"byte {at}");
    }

    [Test]
    public void Packed_file_may_be_cut()
    {
        var packed = File.ReadAllBytes(GoldenCapture.Named("lossy").FilePath);

        AssertReadInPart(Write("cut.pcap.gz", packed.AsSpan(0, packed.Length / 2)), mentions: "gzip");
    }

    [Test]
    public void Cut_tail_is_normal_life()
    {
        var capture = IocStartup();
        var run = Cabridge("analyze", Write("tail.pcap", capture.AsSpan(0, capture.Length - 7)));

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Errors, Does.StartWith("cabridge: ").And.Contain("tail.pcap"));
    }

    [TestCase("analyze")]
    [TestCase("nonsense")]
    [TestCase("analyze", "x.pcap", "--format", "xml")]
    [TestCase("analyze", "x.pcap", "--by", "moon")]
    [TestCase("analyze", "x.pcap", "--timeout", "soon")]
    public void Wrong_usage_is_2(params string[] arguments)
    {
        var run = Cabridge(arguments);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Errors, Does.StartWith("cabridge: ").And.Not.Contain("   at "));
    }

    [Test]
    public void Capture_without_Channel_Access_is_1() =>
        Assert.That(Cabridge("analyze", Write("nothing.pcap", IocStartup().AsSpan(0, 24))).ExitCode, Is.EqualTo(1));

    [Test]
    public void Latencies_as_CSV_tell_apart_that_requests_were_unanswered()
    {
        var run = Cabridge("analyze", "--format", "csv", "--max-unanswered", "1", GoldenCapture.Named("lossy").FilePath);

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Errors, Is.EqualTo(
            "cabridge: 2 requests were unanswered: --transactions lists all of them, --format json the first 1 (--max-unanswered)\n"));
    }

    [Test]
    public void Capture_may_come_through_a_pipe()
    {
        var run = Shell($"cat '{GoldenCapture.Named("ioc-startup").FilePath}' | {ToolProgram.Shell} analyze --format json -");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(JsonDocument.Parse(run.Output).RootElement.GetProperty("frames").GetInt64(), Is.EqualTo(1858));
    }

    [Test]
    public void Reader_may_go_away()
    {
        var run = Shell($"{ToolProgram.Shell} decode '{GoldenCapture.Named("catime").FilePath}' | head -n 1; exit ${{PIPESTATUS[0]}}");

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
    }

    /// <summary>Of the published program this is the part that trimming might have broken: PacketDotNet finds its types by delegates.</summary>
    [TestCase(9, "0021", TestName = "PPP_has_the_same_messages")]
    [TestCase(127, "0000080000000000" + "08000000" + "020000000001" + "020000000002" + "020000000003" + "1000" + "AAAA030000000800",
        TestName = "Radiotap_has_the_same_messages")]
    public void Other_encapsulation_has_the_same_messages(int linkType, string link)
    {
        CapturedFrame[] frames = [.. GoldenCapture.Named("ioc-startup").Frames.Where(FrameLayout.IsIPv4)];
        var bent = frames.Select(frame => HeaderBends.OnLink(frame, (LinkType)linkType, Convert.FromHexString(link)));
        var run = Cabridge("decode", Write($"link{linkType}.pcap", CaptureBytes.Pcap(bent)));

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
        Assert.That(run.Output, Is.EqualTo(Cabridge("decode", Write("ethernet.pcap", CaptureBytes.Pcap(frames))).Output));
    }

    [TestCaseSource(typeof(GoldenCapture), nameof(GoldenCapture.All))]
    public void Json_has_the_golden_answers(GoldenCapture capture)
    {
        var expected = capture.ReadExpected();
        var answer = JsonDocument.Parse(Cabridge("analyze", "--format", "json", "--transactions", capture.FilePath).Output).RootElement;

        Assert.That(answer.GetProperty("frames").GetInt64(), Is.EqualTo(expected.GetProperty("frames").GetInt64()));
        Assert.That(answer.GetProperty("messages").EnumerateArray().Select(MessageLine), Is.EquivalentTo(
            expected.GetProperty("messages").EnumerateObject().Select(kind => $"{kind.Name} {kind.Value}")));
        if (expected.TryGetProperty("transactions", out var transactions))
        {
            Assert.That(
                answer.GetProperty("transactions").EnumerateArray().Where(IsGolden).Select(TransactionLine).Order(StringComparer.Ordinal),
                Is.EqualTo(transactions.EnumerateArray().Select(TransactionLine).Order(StringComparer.Ordinal)));
        }
    }

    [Test]
    public void A_bad_file_takes_no_answer_from_the_others()
    {
        var good = GoldenCapture.Named("ioc-startup").FilePath;
        var run = Cabridge("analyze", "--format", "json", Write("bad.pcap", "notes"u8), good, Path.Combine(_folder, "nowhere.pcap"));

        Assert.That(run.ExitCode, Is.EqualTo(3));
        Assert.That(run.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(2));
        Assert.That(run.Errors, Does.Contain("bad.pcap").And.Contain("nowhere.pcap"));
        var capture = JsonDocument.Parse(run.Output).RootElement.GetProperty("capture");
        Assert.That(capture.GetProperty("frames_read").GetInt64(), Is.EqualTo(1866));
        Assert.That(capture.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("fatal").GetBoolean()), Is.EqualTo(new[] { true, true }));
    }

    [TestCase("decode", "text", "No message matches")]
    [TestCase("analyze", "json", "No request matches")]
    public void A_filter_that_matches_nothing_is_told(string command, string format, string sentence)
    {
        var run = Cabridge(command, GoldenCapture.Named("ioc-startup").FilePath, "--format", format, "--pv", "nobody:*");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Errors, Does.StartWith($"cabridge: {sentence}"));
        Assert.That(run.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [TestCase("analyze", ">/dev/full", "No space left")]
    [TestCase("decode", ">/dev/full", "No space left")]
    [TestCase("analyze", ">&-", "standard output is closed")]
    [TestCase("decode", ">&-", "standard output is closed")]
    public void Output_that_cannot_be_written_is_4(string command, string redirection, string reason)
    {
        var run = Shell($"{ToolProgram.Shell} {command} '{GoldenCapture.Named("ioc-startup").FilePath}' {redirection}");

        Assert.That(run.ExitCode, Is.EqualTo(4));
        Assert.That(run.Errors, Does.Match($"^cabridge: The output cannot be written: {reason}.*\n$"));
    }

    [TestCase("2>&-")]
    [TestCase("2>/dev/full")]
    public void Complaints_that_nobody_takes_change_nothing(string redirection) =>
        Assert.That(Shell($"{ToolProgram.Shell} analyze nowhere.pcap {redirection}").ExitCode, Is.EqualTo(3));

    [Test]
    public void Of_bad_files_alone_each_is_told()
    {
        var run = Cabridge("decode", Write("bad1.pcap", "notes"u8), Write("bad2.pcap", []));

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((3, "")));
        Assert.That(run.Errors, Does.Match("^cabridge: .*bad1.*\ncabridge: .*bad2.*\n$"));
    }

    private static byte[] IocStartup() => File.ReadAllBytes(GoldenCapture.Named("ioc-startup").FilePath);

    private static bool IsGolden(JsonElement transaction) =>
        transaction.GetProperty("operation").GetString() is "create" or "get" or "put" or "subscribe" or "echo"
        && transaction.GetProperty("latency_ns").ValueKind == JsonValueKind.Number;

    private static string TransactionLine(JsonElement transaction) => string.Join(' ', transaction.EnumerateObject()
        .Where(field => field.Name is "operation" or "pv" or "client" or "server" or "requested_unix_ns" or "latency_ns")
        .OrderBy(field => field.Name, StringComparer.Ordinal)
        .Select(field => field.Value.ToString()));

    private static string MessageLine(JsonElement kind)
    {
        var sender = kind.GetProperty("sender").GetString() switch { "client" => "req", "server" => "rsp", _ => "" };
        return $"{kind.GetProperty("transport")} {sender} {kind.GetProperty("code")} {kind.GetProperty("count")}";
    }

    private static Run Cabridge(params string[] arguments) => Start(ToolProgram.With(arguments));

    private static Run Shell(string command) => Start(new ProcessStartInfo("bash", ["-c", command]) { UseShellExecute = false, RedirectStandardOutput = true });

    private static Run Start(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Run(process.ExitCode, output, errors.Result);
    }

    private static void AssertRefused(string path)
    {
        var run = Cabridge("analyze", path);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((3, "")));
        Assert.That(run.Errors, Does.StartWith("cabridge: ").And.Contain(path));
        Assert.That(run.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    private static void AssertReadInPart(string path, string mentions)
    {
        var run = Cabridge("analyze", "--format", "json", path);

        Assert.That(run.ExitCode, Is.EqualTo(3));
        Assert.That(run.Errors, Does.StartWith("cabridge: ").And.Contain(path).And.Contain(mentions));
        Assert.That(run.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(JsonDocument.Parse(run.Output).RootElement.GetProperty("frames").GetInt64(), Is.GreaterThan(0));
    }

    private string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private sealed record Run(int ExitCode, string Output, string Errors);
}
