using System.Text.Json;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Cli.Live;

namespace CaBridge.Tests.Cli;

/// <summary><c>cabridge compare</c>, started as a user starts it.</summary>
[TestFixture]
internal sealed class CompareToolTests
{
    private const uint Server22 = 0x0A2C0016;
    private const uint Server29 = 0x0A2C001D;

    private readonly string _folder = Directory.CreateTempSubdirectory("cabridge").FullName;

    private static string IocStartup => GoldenCapture.Named("ioc-startup").FilePath;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCaseSource(typeof(GoldenCapture), nameof(GoldenCapture.All))]
    public void A_capture_does_not_differ_from_itself(GoldenCapture capture)
    {
        var run = Tool.Run("compare", capture.FilePath, capture.FilePath, "--format", "json", "--fail-on", "slower");

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
        var answer = JsonDocument.Parse(run.Output).RootElement;
        foreach (var counts in answer.GetProperty("summary").EnumerateArray())
        {
            Assert.That(Of(counts, "slower", "faster", "new", "gone"), Is.All.EqualTo("0"));
        }

        Assert.That(answer.GetProperty("moved").GetArrayLength(), Is.Zero);
        Assert.That(answer.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("change").GetString()), Is.All.EqualTo("stayed"));
        Assert.That(
            answer.GetProperty("outcomes").EnumerateArray().SelectMany(row => Of(row, "failed_verdict", "unanswered_verdict")),
            Is.All.AnyOf("unchanged", "too_few"));
    }

    [Test]
    public void A_server_that_got_slower_is_named_and_the_others_are_not()
    {
        var slowed = Write("slowed.pcap", CaptureBytes.Pcap(ServerBends.Slowed(GoldenCapture.Named("ioc-startup").Frames, Server22, 3)));
        var run = Tool.Run("compare", IocStartup, slowed, "--operation", "create", "--by", "server", "--fail-on", "slower");

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((8, "")));
        Assert.That(run.Output, Does.Match(@"^create at 10\.44\.0\.22 got slower: median 52\.005 ms → 156\.0\d\d ms \(×3\.00\), adjusted p < 1e-9, large effect\.\n"));
        Assert.That(run.Output, Does.Contain("By server: 1 slower, 0 faster, 0 new, 0 gone, 2 unchanged, 0 too few to tell"));
    }

    [Test]
    public void Swapped_sides_swap_signs()
    {
        var (there, back) = (Rows(IocStartup, Lossy), Rows(Lossy, IocStartup));

        Assert.That(back.Keys, Is.EquivalentTo(there.Keys));
        foreach (var (key, (verdict, delta)) in there)
        {
            Assert.That(back[key], Is.EqualTo((verdict switch { "slower" => "faster", "faster" => "slower", "new" => "gone", "gone" => "new", _ => verdict }, -delta)));
        }

        Assert.That(there.Values.Count(row => row.Verdict is "slower"), Is.Positive);
        Assert.That(there.Values.Count(row => row.Verdict is "faster"), Is.Positive);

        static Dictionary<string, (string Verdict, double? Delta)> Rows(string before, string after) =>
            Json("compare", before, after).GetProperty("latency").EnumerateArray().ToDictionary(
                row => string.Join(' ', row.EnumerateObject().Where(field => field.Name is "by" or "operation" or "server" or "pv").Select(field => field.Value.GetString())),
                row => (row.GetProperty("verdict").GetString()!, row.GetProperty("cliffs_delta") is { ValueKind: JsonValueKind.Number } delta ? delta.GetDouble() : (double?)null),
                StringComparer.Ordinal);
    }

    [Test]
    public void A_server_with_another_address_has_moved()
    {
        var moved = Write("moved.pcap", CaptureBytes.Pcap(ServerBends.Moved(GoldenCapture.Named("ioc-startup").Frames, Server22, Server29)));
        var answer = Json("compare", IocStartup, moved);

        Assert.That(answer.GetProperty("moved").EnumerateArray().Select(pv => $"{pv.GetProperty("from")} {pv.GetProperty("to")}").Distinct(StringComparer.Ordinal), Is.EqualTo(new[] { """["10.44.0.22"] ["10.44.0.29"]""" }));
        Assert.That(
            answer.GetProperty("latency").EnumerateArray().Where(row => row.GetProperty("by").GetString() is "server").Select(row => $"{row.GetProperty("server")} {row.GetProperty("verdict")}").Distinct(StringComparer.Ordinal),
            Is.SupersetOf(new[] { "10.44.0.22 gone", "10.44.0.29 new" }).And.None.Contain("slower"));
        Assert.That(answer.GetProperty("latency").EnumerateArray().Where(row => row.GetProperty("by").GetString() is "pv").Select(row => row.GetProperty("verdict").GetString()), Is.All.AnyOf("unchanged", "too_few"));
    }

    [Test]
    public void A_server_that_answers_no_more_is_told()
    {
        // it is asked for channels, and has granted a part of them
        var silenced = Write("silenced.pcap", CaptureBytes.Pcap(ServerBends.Silenced(GoldenCapture.Named("ioc-startup").Frames, Server22, from: 230)));
        var run = Tool.Run("compare", IocStartup, silenced, "--operation", "create");

        Assert.That(run.Output, Does.Match(@"\ncreate at 10\.44\.0\.22: 0\.0 % → \d+\.\d % unanswered, adjusted p < 1e-9"));
        Assert.That(run.Output, Does.Contain("more unanswered, q <1e-9"));
    }

    [Test]
    public void Several_files_of_a_side_are_one_capture()
    {
        var frames = GoldenCapture.Named("ioc-startup").Frames;
        var (first, second) = (Write("first.pcap", CaptureBytes.Pcap(frames.Take(900))), Write("second.pcap", CaptureBytes.Pcap(frames.Skip(900))));
        var whole = Json("compare", IocStartup, IocStartup).GetProperty("latency").ToString();

        Assert.That(Json("compare", first, IocStartup, "--before-also", second).GetProperty("latency").ToString(), Is.EqualTo(whole));
        Assert.That(Json("compare", IocStartup, second, "--after-also", first).GetProperty("latency").ToString(), Is.EqualTo(whole));
    }

    [TestCase("- '{0}'")]
    [TestCase("'{0}' -")]
    public void One_side_may_come_through_a_pipe(string sides)
    {
        var run = Tool.Shell($"cat '{IocStartup}' | {ToolProgram.Shell} compare {string.Format(System.Globalization.CultureInfo.InvariantCulture, sides, IocStartup)}");

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
        Assert.That(run.Output, Does.StartWith("Nothing got slower or faster.\n").And.Contain("standard input"));
    }

    [Test]
    public void Csv_is_the_table_of_latencies()
    {
        var lines = Tool.Run("compare", IocStartup, Lossy, "--format", "csv").Output.TrimEnd().Split('\n');

        Assert.That(lines[0], Does.StartWith("by,operation,server,pv,verdict,before_count,before_per_second,before_mean_ns,before_p50_ns,"));
        Assert.That(lines.Select(line => line.Count(character => character == ',')).Distinct().Count(), Is.EqualTo(1));
        Assert.That(lines, Has.Length.EqualTo(1 + Json("compare", IocStartup, Lossy).GetProperty("latency").GetArrayLength()));
    }

    [TestCase("nowhere.pcap", true)]
    [TestCase("nowhere.pcap", false)]
    [TestCase("notes.pcap", true)]
    [TestCase("notes.pcap", false)]
    public void A_file_that_cannot_be_read_is_one_sentence(string name, bool isBefore)
    {
        Write("notes.pcap", "some notes on the beam"u8);
        var bad = Path.Combine(_folder, name);
        var run = isBefore ? Tool.Run("compare", bad, IocStartup) : Tool.Run("compare", IocStartup, bad);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((3, "")));
        Assert.That(run.Errors, Does.StartWith("cabridge: ").And.Contain(bad));
        Assert.That(run.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_side_without_Channel_Access_is_1_and_named()
    {
        var nothing = Write("nothing.pcap", File.ReadAllBytes(IocStartup).AsSpan(0, 24));
        var run = Tool.Run("compare", IocStartup, nothing, "--fail-on", "slower");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Errors, Does.Match("^cabridge: .*nothing.pcap: nothing of Channel Access found\n$"));
        Assert.That(run.Output, Does.StartWith("Whether anything got slower or faster cannot be told: "));
    }

    [Test]
    public void A_damaged_file_is_compared_as_far_as_it_goes()
    {
        var packed = File.ReadAllBytes(Lossy);
        var run = Tool.Run("compare", Write("cut.pcap.gz", packed.AsSpan(0, packed.Length / 2)), Lossy);

        Assert.That(run.ExitCode, Is.EqualTo(3));
        Assert.That(run.Errors, Does.Contain("cut.pcap.gz").And.Contain("gzip"));
        Assert.That(run.Output, Does.Contain("By server: "));
    }

    private static string Lossy => GoldenCapture.Named("lossy").FilePath;

    private static JsonElement Json(params string[] arguments) => JsonDocument.Parse(Tool.Run([.. arguments, "--format", "json"]).Output).RootElement;

    private static IEnumerable<string> Of(JsonElement element, params string[] names) => names.Select(name => element.GetProperty(name).ToString());

    private string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
