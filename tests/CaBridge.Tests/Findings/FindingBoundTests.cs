using CaBridge.Analysis;
using CaBridge.Analysis.Findings;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Findings;

/// <summary>However much goes wrong, there are not more findings than fit, and none is told once a packet.</summary>
[TestFixture]
public sealed class FindingBoundTests
{
    [Test]
    public void Findings_beyond_the_bound_are_one_at_the_end_of_their_kind()
    {
        var wire = new Wire(new AnalyzerOptions { Diagnosis = new DiagnosisOptions { MaxFindingsPerKind = 3 } });
        SearchTo(wire, names: 5, from: 1000);

        var found = wire.Analyzer.Findings();

        Assert.That(found.Select(finding => finding.IsOfOthers), Is.EqualTo((bool[])[false, false, false, true]));
        Assert.That(found[^1].Count, Is.EqualTo(2));
        Assert.That(found[^1].Title, Does.Contain("seen 2 more times").And.Contains("10.44.0.11"));
    }

    [TestCase(3_590, false)]
    [TestCase(3_610, true)]
    public void What_was_not_seen_for_an_hour_makes_room(double seconds, bool isForgotten)
    {
        var wire = new Wire(new AnalyzerOptions { Diagnosis = new DiagnosisOptions { MaxFindingsPerKind = 3 } });
        SearchTo(wire, names: 3, from: 1000);
        SearchTo(wire, names: 1, from: 1000 + (1000 * seconds), first: 100);

        var found = wire.Analyzer.Findings().Where(finding => !finding.IsOfOthers).Select(finding => finding.Pvs[0]);

        Assert.That(found.Contains("x:100", StringComparer.Ordinal), Is.EqualTo(isForgotten));
        Assert.That(found.Count(), Is.EqualTo(3));
    }

    [Test]
    public void Names_beyond_the_bound_are_counted_as_more()
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.Open(wire);
        call.Send(Ca.Version());
        for (var cid = 1u; cid <= 1002; cid++)
        {
            call.Send(Ca.Create(cid, $"a:{cid}"));
            call.Reply(Ca.Rights(cid, 1), Ca.Created(cid, 256 + cid));
        }

        var finding = wire.Findings(FindingKind.AccessDenied).Single();
        Assert.That((finding.Count, finding.Pvs.Count, finding.PvCount), Is.EqualTo((1002, 1000, 1001)));
    }

    [Test]
    public void A_name_of_any_length_leaves_the_sentence_readable()
    {
        var wire = Wire.WithDiagnosis();
        var name = new string('A', 400) + new string('B', 400);
        foreach (var (at, sequence) in (ReadOnlySpan<(double, uint)>)[(1000, 1), (3000, 2), (12_000, 3)])
        {
            SearchRuleTests.Search(wire, 7, name, sequence, at);
        }

        var finding = wire.Findings(FindingKind.OrphanSearch).Single();
        Assert.That(finding.Pvs, Is.EqualTo((string[])[name]));
        Assert.That(finding.Title, Has.Length.LessThan(300).And.Contains("AAAA…BBBB"));
    }

    [TestCase("slow-create=2s", null)]
    [TestCase("storm-factor=20", null)]
    [TestCase("slow-create=2", "slow-create=2")]
    [TestCase("slow-create=0s", "slow-create=0s")]
    [TestCase("storm-factor=-1", "storm-factor=-1")]
    [TestCase("storm-factor=", "storm-factor=")]
    [TestCase("nonsense=1", "'nonsense' is no threshold")]
    [TestCase("orphan-tries=3.5", "a whole number")]
    [TestCase("orphan-tries=0", "a whole number")]
    [TestCase("beacon-factor=1", "above 1")]
    [TestCase("storm-factor=0.5", "above 1")]
    [TestCase("storm-rate=0", "per second")]
    [TestCase("storm-rate=0.5", null)]
    [TestCase("retransmission-share=1.5", "at most 1")]
    [TestCase("retransmission-share=1", null)]
    public void Threshold_is_set_by_its_name_or_told_why_not(string setting, string? fault)
    {
        var options = new DiagnosisOptions();

        var told = DiagnosisThreshold.TrySet(ref options, setting);

        Assert.That(told, fault is null ? Is.Null : Does.Contain(fault));
        Assert.That(options == new DiagnosisOptions(), Is.EqualTo(fault is not null), "what is wrong changes nothing");
    }

    /// <summary>Each name has a threshold of its own, and its value can be set again as it is told.</summary>
    [Test]
    public void Thresholds_are_told_as_they_are_set()
    {
        foreach (var threshold in DiagnosisThreshold.All)
        {
            var options = new DiagnosisOptions();
            Assert.That(DiagnosisThreshold.TrySet(ref options, $"{threshold.Name}={threshold.ValueOf(options)}"), Is.Null, threshold.Name);
            Assert.That(options, Is.EqualTo(new DiagnosisOptions()), threshold.Name);
        }
    }

    private static void SearchTo(Wire wire, int names, double from, int first = 0)
    {
        SearchRuleTests.Search(wire, 9999, "x:seen", 9999, from);
        SearchRuleTests.Found(wire, Wire.Ioc, 9999, from + 1);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            for (var i = 0; i < names; i++)
            {
                SearchRuleTests.Search(wire, (uint)(first + i), $"x:{first + i}", (uint)((attempt * 100) + i), from + 10 + (attempt * 5000) + i);
            }
        }
    }
}
