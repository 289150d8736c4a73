using CaBridge.Analysis.Findings;
using CaBridge.Tests.Statistics;

namespace CaBridge.Tests.Comparison;

[TestFixture]
internal sealed class FindingComparisonTests
{
    private static readonly Finding Orphan = new()
    {
        Kind = FindingKind.OrphanSearch,
        Severity = FindingSeverity.Warning,
        Title = "Nobody has nobody:a.",
        Pvs = ["nobody:a"],
        PvCount = 1,
        Clients = [SampleTransactions.Host(11, 40000)],
        Count = 3,
        First = SampleTransactions.Start,
        Last = SampleTransactions.Start,
        Frames = [1],
        Confidence = FindingConfidence.High,
        Advice = "Correct the name.",
    };

    [Test]
    public void Same_finding_with_another_port_stayed()
    {
        var later = Orphan with { Clients = [SampleTransactions.Host(11, 51000)], Count = 7 };

        Assert.That(FindingComparison.Compare([Orphan], [later]), Is.EqualTo(new[] { new FindingComparison(Orphan, later) }));
    }

    [Test]
    public void Other_client_PV_or_kind_is_another_finding()
    {
        Finding[] others = [Orphan with { Clients = [SampleTransactions.Host(12, 40000)] }, Orphan with { Pvs = ["nobody:b"] }, Orphan with { Kind = FindingKind.SearchStorm }];

        Assert.That(FindingComparison.Compare([Orphan], others), Is.EqualTo(new FindingComparison[]
        {
            new(Before: null, others[0]), new(Before: null, others[1]), new(Before: null, others[2]), new(Orphan, After: null),
        }));
    }

    [Test]
    public void Of_more_PVs_than_are_named_the_names_do_not_count()
    {
        var (before, after) = (Orphan with { Pvs = ["a", "b"], PvCount = 150 }, Orphan with { Pvs = ["b", "c"], PvCount = 151 });

        Assert.That(FindingComparison.Compare([before], [after]).Single().Before, Is.SameAs(before));
    }

    [Test]
    public void Those_that_appeared_come_first_and_those_that_stayed_last()
    {
        var (gone, appeared) = (Orphan with { Pvs = ["gone"] }, Orphan with { Pvs = ["new"] });

        Assert.That(FindingComparison.Compare([Orphan, gone], [Orphan, appeared]), Is.EqualTo(new FindingComparison[]
        {
            new(Before: null, appeared), new(gone, After: null), new(Orphan, Orphan),
        }));
    }

    [Test]
    public void One_finding_more_of_the_same_appeared() =>
        Assert.That(FindingComparison.Compare([Orphan], [Orphan, Orphan]).Select(finding => finding.Before is null), Is.EqualTo(new[] { true, false }));
}
