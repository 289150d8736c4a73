using CaBridge.Analysis;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Packets;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Findings;

/// <summary>What each recording shows, and nothing that it does not.</summary>
[TestFixture]
public sealed class CaptureFindingTests
{
    private static readonly Dictionary<string, string[]> Expected = new(StringComparer.Ordinal)
    {
        ["access-denied"] = ["access-denied info 10.44.0.21:5064 of 10.44.0.11, 10.44.0.12: a:ao1, a:ao2, a:secret"],
        ["duplicate-pv"] = [.. Enumerable.Range(0, 4).Select(i => $"duplicate-pv error 10.44.0.21:5064, 10.44.0.22:5064 of 10.44.0.11, 10.44.0.12: d:ao{i}")],
        ["ioc-restart"] =
        [
            $"server-restart warning 10.44.0.21:5064 of 10.44.0.11, 10.44.0.12: {string.Join(", ", Enumerable.Range(0, 20).Select(i => $"r:ao{i}").Append("r:cnt1").Order(StringComparer.Ordinal))}",
        ],
        ["ioc-startup"] = [.. from client in Enumerable.Range(1, 3) from name in Enumerable.Range(0, 5) select $"orphan-search warning  of 10.44.0.1{client}: lost:c{client}:pv{name}"],
        ["lossy"] =
        [
            "transport warning 10.44.0.21:5064 of 10.44.0.12: ",
            "transport warning 10.44.0.21:5064 of 10.44.0.13: l1:wfd",
            "transport warning 10.44.0.22:5064 of 10.44.0.13: l2:ao3, l2:big",
        ],
        ["mixed-ops"] =
        [
            "error-status warning 10.44.0.21:5064 of 10.44.0.11: m:lo",
            "error-status warning 10.44.0.21:5064 of 10.44.0.11: m:so",
        ],
        ["slow-client"] = ["slow-consumer warning 10.44.0.21:5064 of 10.44.0.11: "],
    };

    private static IEnumerable<GoldenCapture> Captures => GoldenCapture.All;

    [TestCaseSource(nameof(Captures))]
    public void Findings_are_those_that_happened(object capture)
    {
        var golden = (GoldenCapture)capture;

        Assert.That(Findings(golden).Select(Line), Is.EquivalentTo(Expected.GetValueOrDefault(golden.Name, [])));
    }

    [TestCaseSource(nameof(Captures))]
    public void Evidence_is_in_the_recording(object capture)
    {
        var golden = (GoldenCapture)capture;

        foreach (var finding in Findings(golden))
        {
            Assert.That(finding.Frames, Is.Not.Empty.And.All.InRange(1, golden.Frames.Count));
            Assert.That(finding.First, Is.LessThanOrEqualTo(finding.Last));
            Assert.That(finding.Advice, Is.Not.Empty);
            Assert.That(finding.InGap, Is.False);
        }
    }

    /// <summary>The clients' circuits ended at once; they had their channels again when they had searched again.</summary>
    [Test]
    public void Restart_tells_how_long_each_client_was_without_its_channels()
    {
        var restart = Findings(GoldenCapture.Named("ioc-restart")).Single();

        Assert.That(restart.Count, Is.EqualTo(42));
        Assert.That(restart.Title, Does.Contain("10.44.0.11 (root@vm) was without them for 7.028 s").And.Contains("10.44.0.12 (root@vm) was without them for 7.028 s"));
    }

    [TestCase("duplicate-pv")]
    [TestCase("ioc-startup")]
    public void Frames_recorded_twice_change_nothing_but_frame_numbers(string name)
    {
        var golden = GoldenCapture.Named(name);
        var twice = golden.Frames.SelectMany(frame => (CapturedFrame[])[frame, frame]).ToList();

        var found = Analyze(twice).Select(finding => (Line(finding), finding.Count));

        Assert.That(found, Is.EqualTo(Findings(golden).Select(finding => (Line(finding), finding.Count))));
    }

    private static IReadOnlyList<Finding> Findings(GoldenCapture capture) => Analyze(capture.Frames);

    private static IReadOnlyList<Finding> Analyze(IReadOnlyList<CapturedFrame> frames)
    {
        var analyzer = new Analyzer(new AnalyzerOptions { Diagnosis = new DiagnosisOptions() });
        for (var i = 0; i < frames.Count; i++)
        {
            var frame = frames[i];
            analyzer.Push(new Packet(new CaptureTime(frame.UnixNanoseconds), i + 1, frame.LinkType, frame.Data, frame.OriginalLength));
        }

        analyzer.Complete();
        return analyzer.Findings();
    }

    private static string Line(Finding finding) =>
        $"{finding.Kind.Id()} {finding.Severity.Name()} {string.Join(", ", finding.Servers.Select(server => server.ToString()).Order(StringComparer.Ordinal))} of "
        + $"{string.Join(", ", finding.Clients.Select(client => client.AddressText()).Order(StringComparer.Ordinal))}: {string.Join(", ", finding.Pvs.Order(StringComparer.Ordinal))}";
}
