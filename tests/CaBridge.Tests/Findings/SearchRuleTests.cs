using CaBridge.Analysis;
using CaBridge.Analysis.Findings;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Findings;

/// <summary>Duplicate names, servers with several addresses, orphans, storms.</summary>
[TestFixture]
public sealed class SearchRuleTests
{
    private static readonly Endpoint Searcher = Wire.Console with { Port = 50_000 };
    private static readonly Endpoint OtherNetwork = Endpoint.FromIPv4(0x0A2D_0015, 5064);

    [TestCase(30_000, 1)]
    [TestCase(30_000.001, 0)]
    public void Two_servers_are_duplicates_within_the_window(double apart, int findings)
    {
        var wire = Wire.WithDiagnosis();
        Search(wire, 7, "d:ao0", 1, at: 1000);
        Found(wire, Wire.Ioc, 7, at: 1001);
        Found(wire, Wire.OtherIoc, 7, at: 1001 + apart);

        var found = wire.Findings(FindingKind.DuplicatePv);

        Assert.That(found, Has.Count.EqualTo(findings));
        Assert.That(found.Select(finding => (finding.Pvs[0], finding.Count, finding.Severity)), Is.All.EqualTo(("d:ao0", 1, FindingSeverity.Error)));
        Assert.That(found.SelectMany(finding => finding.Servers), findings == 0 ? Is.Empty : Is.EqualTo((Endpoint[])[Wire.Ioc, Wire.OtherIoc]));
        Assert.That(found.SelectMany(finding => finding.Clients), findings == 0 ? Is.Empty : Is.EqualTo((Endpoint[])[Wire.Console]));
        Assert.That(found.SelectMany(finding => finding.Frames), findings == 0 ? Is.Empty : Is.EqualTo((long[])[2, 3]));
    }

    [Test]
    public void The_same_server_twice_is_none()
    {
        var wire = Wire.WithDiagnosis();
        Search(wire, 7, "d:ao0", 1, at: 1000);
        Found(wire, Wire.Ioc, 7, at: 1001);
        Found(wire, Wire.Ioc, 7, at: 1002);

        Assert.That(wire.Analyzer.Findings(), Is.Empty);
    }

    /// <summary>A server sends its beacons through one socket to all its networks at once.</summary>
    [TestCase((ushort)41_000, 9.9, FindingKind.MultiHomedServer)]
    [TestCase((ushort)41_000, 10.1, FindingKind.DuplicatePv)]
    [TestCase((ushort)41_001, 0.1, FindingKind.DuplicatePv)]
    public void Beacons_tell_one_server_with_two_addresses_from_two(ushort otherPort, double apart, FindingKind kind)
    {
        var wire = Wire.WithDiagnosis();
        Beacon(wire, Wire.Ioc, 41_000, 5, at: 1000);
        Beacon(wire, OtherNetwork, otherPort, 5, at: 1000 + apart);
        for (var cid = 1u; cid <= 3; cid++)
        {
            Search(wire, cid, $"m:{cid}", cid, at: 2000 + (10 * cid));
            Found(wire, Wire.Ioc, cid, at: 2001 + (10 * cid));
            Found(wire, OtherNetwork, cid, at: 2002 + (10 * cid));
        }

        var findings = wire.Analyzer.Findings();

        Assert.That(findings.Select(finding => finding.Kind), Is.All.EqualTo(kind));
        Assert.That(findings, Has.Count.EqualTo(kind == FindingKind.MultiHomedServer ? 1 : 3), "one for the server, or one for each name");
        Assert.That(findings.Select(finding => finding.Severity), Is.All.EqualTo(kind == FindingKind.MultiHomedServer ? FindingSeverity.Info : FindingSeverity.Error));
        Assert.That(findings.Sum(finding => finding.PvCount), Is.EqualTo(3));
    }

    /// <summary>What counts is how long the client will have waited when it asks again: libca doubles its pause.</summary>
    [TestCase(new double[] { 1000, 2000, 4999.9 }, 0)]
    [TestCase(new double[] { 1000, 2000, 5000 }, 1)]
    [TestCase(new double[] { 1000, 6000, 10_999 }, 1)]
    [TestCase(new double[] { 1000, 11_000 }, 0, Description = "two tries only")]
    public void Search_is_an_orphan_after_three_tries_and_ten_seconds(double[] tries, int findings)
    {
        var wire = Wire.WithDiagnosis();
        Search(wire, 99, "x:seen", 1, at: 900);
        Found(wire, Wire.Ioc, 99, at: 901);
        for (var i = 0; i < tries.Length; i++)
        {
            Search(wire, 7, "x:lost", (uint)(i + 2), at: tries[i]);
        }

        var found = wire.Findings(FindingKind.OrphanSearch);
        Assert.That(found, Has.Count.EqualTo(findings));
        Assert.That(found.Select(finding => (finding.Pvs[0], finding.Clients[0], finding.Count)), Is.All.EqualTo(("x:lost", Wire.Console, (long)tries.Length)));
    }

    [Test]
    public void Copies_of_one_try_to_several_addresses_are_no_tries()
    {
        var wire = Wire.WithDiagnosis();
        Search(wire, 7, "x:lost", 1, at: 1000);
        Search(wire, 7, "x:lost", 1, at: 6000);
        Search(wire, 7, "x:lost", 2, at: 12_000);
        Search(wire, 7, "x:lost", 2, at: 12_001);

        Assert.That(wire.Findings(FindingKind.OrphanSearch), Is.Empty);
    }

    [Test]
    public void A_reply_in_time_takes_the_orphan_back_and_a_late_one_closes_it()
    {
        var wire = Wire.WithDiagnosis();
        foreach (var (at, sequence) in (ReadOnlySpan<(double, uint)>)[(1000, 1), (3000, 2), (7000, 3)])
        {
            Search(wire, 7, "x:late", sequence, at);
            Search(wire, 8, "x:later", sequence + 100, at + 1);
        }

        Assert.That(wire.Findings(FindingKind.OrphanSearch), Has.Count.EqualTo(2));
        Found(wire, Wire.Ioc, 7, at: 10_900);
        Found(wire, Wire.Ioc, 8, at: 12_000);

        var left = wire.Findings(FindingKind.OrphanSearch).Single();
        Assert.That(left.Pvs, Is.EqualTo((string[])["x:later"]));
        Assert.That(left.IsOpen, Is.False);
        Assert.That(left.Title, Does.Contain("until 10.44.0.21:5064 answered after 10.999 s"));
    }

    [Test]
    public void Name_that_is_lost_again_is_an_orphan_again()
    {
        var wire = Wire.WithDiagnosis();
        foreach (var (at, sequence) in (ReadOnlySpan<(double, uint)>)[(1000, 1), (3000, 2), (12_000, 3)])
        {
            Search(wire, 7, "x:lost", sequence, at);
        }

        Found(wire, Wire.Ioc, 7, at: 13_000);
        foreach (var (at, sequence) in (ReadOnlySpan<(double, uint)>)[(101_000, 4), (103_000, 5), (112_000, 6)])
        {
            Search(wire, 7, "x:lost", sequence, at);
        }

        var finding = wire.Findings(FindingKind.OrphanSearch).Single();
        Assert.That((finding.IsOpen, finding.First), Is.EqualTo((true, Wire.Time(101_000))));
        Assert.That(finding.Title, Does.Contain("nobody answered"));
    }

    /// <summary>Who looks early changes nothing of what is found later.</summary>
    [Test]
    public void Looking_before_the_first_reply_changes_nothing()
    {
        var wire = Wire.WithDiagnosis();
        foreach (var (at, sequence) in (ReadOnlySpan<(double, uint)>)[(1000, 1), (3000, 2), (12_000, 3)])
        {
            Search(wire, 7, "x:lost", sequence, at);
        }

        Assert.That(wire.Findings(FindingKind.OrphanSearch).Single().Severity, Is.EqualTo(FindingSeverity.Info));
        Search(wire, 99, "x:seen", 9, at: 13_000);
        Found(wire, Wire.Ioc, 99, at: 13_001);

        var finding = wire.Findings(FindingKind.OrphanSearch).Single();
        Assert.That((finding.Severity, finding.Confidence), Is.EqualTo((FindingSeverity.Warning, FindingConfidence.High)));
    }

    [Test]
    public void Where_no_reply_is_seen_at_all_it_cannot_be_told()
    {
        var wire = Wire.WithDiagnosis();
        foreach (var (at, sequence) in (ReadOnlySpan<(double, uint)>)[(1000, 1), (3000, 2), (12_000, 3)])
        {
            Search(wire, 7, "x:lost", sequence, at);
        }

        var finding = wire.Findings(FindingKind.OrphanSearch).Single();
        Assert.That((finding.Severity, finding.Confidence), Is.EqualTo((FindingSeverity.Info, FindingConfidence.Low)));
        Assert.That(finding.Title, Does.Contain("cannot be told from here"));
        Assert.That(finding.Count, Is.EqualTo(3));
    }

    /// <summary>Twenty searches a second are usual here, and 200 more than ten times as many are not reached by 200.</summary>
    [TestCase(200, 0)]
    [TestCase(201, 1)]
    public void Storm_is_beyond_ten_times_the_usual(int searches, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var sequence = 0u;
        for (var second = 0; second < 20; second++)
        {
            for (var i = 0; i < 20; i++)
            {
                Search(wire, 100 + ++sequence, "x:usual", sequence, at: 1000 + (1000 * second) + i);
            }
        }

        for (var i = 0; i < searches; i++)
        {
            Search(wire, 100 + ++sequence, $"x:{i}", sequence, at: 21_000 + i);
        }

        Search(wire, 100 + ++sequence, "x:after", sequence, at: 23_000);

        var storms = wire.Findings(FindingKind.SearchStorm);
        Assert.That(storms, Has.Count.EqualTo(findings));
        Assert.That(storms.Select(storm => storm.Count), Is.All.EqualTo(searches));
        Assert.That(storms.Select(storm => storm.Title), Is.All.Contain("20.0 are usual"));
    }

    [TestCase(100, 0)]
    [TestCase(101, 1)]
    public void Storm_needs_a_rate_that_hurts(int searches, int findings)
    {
        var wire = Wire.WithDiagnosis();
        Search(wire, 1, "x:first", 1, at: 1000);
        for (var i = 0; i < searches; i++)
        {
            Search(wire, (uint)(10 + i), $"x:{i}", (uint)(10 + i), at: 21_000 + i);
        }

        Search(wire, 9, "x:after", 9, at: 23_000);

        Assert.That(wire.Findings(FindingKind.SearchStorm), Has.Count.EqualTo(findings));
    }

    [Test]
    public void Program_whose_searches_are_answered_at_once_is_no_storm()
    {
        var wire = Wire.WithDiagnosis();
        Search(wire, 1, "x:first", 1, at: 1000);
        for (var i = 0; i < 400; i++)
        {
            Search(wire, (uint)(10 + i), $"x:{i}", (uint)(10 + i), at: 21_000 + (2 * i));
            Found(wire, Wire.Ioc, (uint)(10 + i), at: 21_001 + (2 * i));
        }

        Search(wire, 9, "x:after", 9, at: 23_000);

        Assert.That(wire.Findings(FindingKind.SearchStorm), Is.Empty);
    }

    [Test]
    public void Programs_that_start_when_the_capture_does_are_no_storm()
    {
        var wire = Wire.WithDiagnosis();
        for (var i = 0; i < 5000; i++)
        {
            Search(wire, (uint)(10 + i), $"x:{i}", (uint)(10 + i), at: 1000 + i);
        }

        Assert.That(wire.Findings(FindingKind.SearchStorm), Is.Empty);
    }

    [TestCase(5000, true)]
    [TestCase(6001, false)]
    public void Storm_names_the_restart_that_set_it_off(double after, bool isNamed)
    {
        var wire = Wire.WithDiagnosis();
        var at = 1000.0;
        foreach (var id in (ReadOnlySpan<uint>)[70, 71, 72])
        {
            Beacon(wire, Wire.Ioc, 41_000, id, at += 15_000);
        }

        Beacon(wire, Wire.Ioc, 41_000, 0, at += 5_000);
        Beacon(wire, Wire.Ioc, 41_000, 0, at + 20);
        for (var i = 0; i < 300; i++)
        {
            Search(wire, (uint)(10 + i), $"x:{i}", (uint)(10 + i), at: at + after + i);
        }

        Search(wire, 9, "x:after", 9, at: at + after + 2000);

        var storm = wire.Findings(FindingKind.SearchStorm).Single();
        Assert.That(storm.Title.Contains("10.44.0.21:5064 began its beacons anew just before", StringComparison.Ordinal), Is.EqualTo(isNamed));
    }

    internal static void Search(Wire wire, uint cid, string pv, uint sequence, double at) =>
        wire.Put(WireFrame.Udp(Searcher, Wire.Broadcast, wire.NextIpId(), Ca.Join(Ca.Sequence(sequence), Ca.Search(cid, pv))), at);

    internal static void Found(Wire wire, Endpoint server, uint cid, double at) =>
        wire.Put(WireFrame.Udp(server, Searcher, wire.NextIpId(), Ca.Found(cid, server.Port)), at);

    internal static void Beacon(Wire wire, Endpoint server, ushort sourcePort, uint id, double at) =>
        wire.Put(WireFrame.Udp(server with { Port = sourcePort }, Wire.Broadcast with { Port = 5065 }, wire.NextIpId(), Ca.Beacon(id, server.Port)), at);
}
