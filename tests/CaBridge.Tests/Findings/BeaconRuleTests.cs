using CaBridge.Analysis;
using CaBridge.Analysis.Findings;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Findings;

/// <summary>Beacons out of turn, missing, begun anew; servers that restart or are gone.</summary>
[TestFixture]
public sealed class BeaconRuleTests
{
    private const ushort Socket = 41_000;

    /// <summary>15 s are usual; libca's limits are 1.25 and 0.80 times that.</summary>
    [TestCase(18_749, 0)]
    [TestCase(18_750, 1)]
    [TestCase(12_001, 0)]
    [TestCase(12_000, 1)]
    public void Beacon_is_out_of_turn_beyond_the_usual_interval(double interval, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var at = Steady(wire);
        SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, 105, at + interval);

        var found = wire.Findings(FindingKind.BeaconAnomaly);
        Assert.That(found, Has.Count.EqualTo(findings));
        Assert.That(found.Select(finding => finding.Servers[0]), Is.All.EqualTo(Wire.Ioc));
    }

    /// <summary>Steps of 0, of 2 and 3, and back by up to 255 are routes with copies, for libca and here.</summary>
    [TestCase(104u)]
    [TestCase(106u)]
    [TestCase(107u)]
    [TestCase(100u)]
    public void Steps_of_double_routes_are_passed_over(uint id)
    {
        var wire = Wire.WithDiagnosis();
        SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, id, Steady(wire) + 10);

        Assert.That(wire.Analyzer.Findings(), Is.Empty);
    }

    [Test]
    public void Cadence_of_a_server_that_starts_is_no_anomaly()
    {
        var wire = Wire.WithDiagnosis();
        var at = 1000.0;
        var pause = 20.0;
        SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, 0, at);
        for (var id = 0u; id < 16; id++)
        {
            SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, id, at += pause);
            pause = Math.Min(2 * pause, 15_000);
        }

        Assert.That(wire.Analyzer.Findings(), Is.Empty);
    }

    [TestCase(30_000, 0)]
    [TestCase(37_501, 1)]
    public void Silent_server_with_a_live_circuit_is_told(double silence, int findings)
    {
        var wire = Wire.WithDiagnosis();
        TcpCall.WithChannels(wire, "k:ao");
        var at = Steady(wire);
        SearchRuleTests.Search(wire, 9, "x:other", 9, at: at + silence);

        var found = wire.Findings(FindingKind.BeaconAnomaly);
        Assert.That(found, Has.Count.EqualTo(findings));
        Assert.That(found.Select(finding => finding.Title), Is.All.Contain("no beacon for"));
    }

    [Test]
    public void Silent_server_without_circuits_is_nobodys_concern()
    {
        var wire = Wire.WithDiagnosis();
        SearchRuleTests.Search(wire, 9, "x:other", 9, at: Steady(wire) + 90_000);

        Assert.That(wire.Findings(FindingKind.BeaconAnomaly), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Restart_names_channels_and_how_long_each_client_was_without_them(bool reset)
    {
        var wire = Wire.WithDiagnosis();
        var at = Steady(wire);
        var (console, archiver) = (TcpCall.Open(wire).WithChannels("r:a", "r:b"), TcpCall.Open(wire, 41_000, client: Wire.Archiver).WithChannels("r:a"));
        console.CloseByServer(at + 10_000, reset);
        archiver.CloseByServer(at + 10_500, reset);
        SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, 0, at + 14_000);
        SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, 0, at + 14_020);
        wire.Now = at + 16_000;
        TcpCall.Open(wire, 40_001).WithChannels("r:a", "r:b");
        wire.Now = at + 20_000;
        TcpCall.Open(wire, 41_001, client: Wire.Archiver).WithChannels("r:a");
        wire.Now = at + 25_000;
        TcpCall.Open(wire, 40_002).WithChannels("r:other", "r:another");
        wire.End();

        var finding = wire.Findings(FindingKind.ServerRestart).Single();
        Assert.That((finding.Count, finding.Confidence, finding.IsOpen), Is.EqualTo((3, FindingConfidence.High, false)));
        Assert.That(finding.Pvs, Is.EquivalentTo((string[])["r:a", "r:b"]));
        Assert.That(finding.Clients, Is.EquivalentTo((Endpoint[])[Wire.Console, Wire.Archiver]));
        Assert.That(finding.Title, Does.Contain("10.44.0.11 (operator@console-7) was without them for 6.009 s"));
        Assert.That(wire.Connections.Count(connection => connection.IsReconnection), Is.EqualTo(3));
        Assert.That(wire.Analyzer.Findings(), Has.Count.EqualTo(1));
    }

    /// <summary>A server that came back so fast that clients learn of it only by the answer to what they send next.</summary>
    [Test]
    public void Beacons_before_the_first_circuit_ended_are_told_as_before()
    {
        var wire = Wire.WithDiagnosis();
        var at = Steady(wire);
        var console = TcpCall.Open(wire).WithChannels("r:a");
        SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, 0, at + 5_000);
        SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, 0, at + 5_020);
        console.CloseByServer(at + 10_000, reset: true);
        wire.Now = at + 12_000;
        TcpCall.Open(wire, 40_001).WithChannels("r:a");
        wire.End();

        var restart = wire.Findings(FindingKind.ServerRestart).Single(finding => finding.Pvs.Count > 0);
        Assert.That(restart.Details[0], Is.EqualTo("Its beacons began anew 5.000 s before the first of its circuits ended."));
    }

    [TestCase(999, 1)]
    [TestCase(1001, 0)]
    public void Circuits_must_end_within_a_second(double apart, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var (first, second) = (TcpCall.Open(wire).WithChannels("r:a"), TcpCall.Open(wire, 41_000, client: Wire.Archiver).WithChannels("r:b"));
        first.CloseByServer(5000);
        second.CloseByServer(5000 + apart);
        wire.Now = 9000;
        TcpCall.Open(wire, 40_001).WithChannels("r:a");

        Assert.That(wire.Findings(FindingKind.ServerRestart), Has.Count.EqualTo(findings));
    }

    [Test]
    public void Server_whose_beacons_go_on_has_only_dropped_its_client()
    {
        var wire = Wire.WithDiagnosis();
        var at = Steady(wire);
        TcpCall.Open(wire).WithChannels("r:a").CloseByServer(at + 5000);
        SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, 105, at + 15_000);
        wire.Now = at + 16_000;
        TcpCall.Open(wire, 40_001).WithChannels("r:a");

        Assert.That(wire.Findings(FindingKind.ServerRestart), Is.Empty);
    }

    [Test]
    public void Server_whose_beacons_go_on_is_not_gone()
    {
        var wire = Wire.WithDiagnosis();
        var at = Steady(wire);
        TcpCall.Open(wire).WithChannels("r:a").CloseByServer(at + 5000);
        for (var id = 105u; id < 112; id++)
        {
            SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, id, at += 15_000);
        }

        wire.End();

        Assert.That(wire.Findings(FindingKind.ServerRestart), Is.Empty);
    }

    [Test]
    public void Client_that_ends_and_returns_is_no_restart()
    {
        var wire = Wire.WithDiagnosis();
        TcpCall.Open(wire).WithChannels("r:a").Close();
        wire.Now = 9000;
        TcpCall.Open(wire, 40_001).WithChannels("r:a");

        Assert.That(wire.Analyzer.Findings(), Is.Empty);
        Assert.That(wire.Connections.Any(connection => connection.IsReconnection), Is.False);
    }

    [TestCase(29_000, 0)]
    [TestCase(31_000, 1)]
    public void Server_that_does_not_come_back_is_gone(double after, int findings)
    {
        var wire = Wire.WithDiagnosis();
        TcpCall.Open(wire).WithChannels("r:a").CloseByServer(5000);
        SearchRuleTests.Search(wire, 9, "x:other", 9, at: 5000 + after);

        var found = wire.Findings(FindingKind.ServerRestart);
        Assert.That(found, Has.Count.EqualTo(findings));
        Assert.That(found.Select(finding => finding.Severity), Is.All.EqualTo(FindingSeverity.Error));
        Assert.That(found.Select(finding => finding.Title), Is.All.Contain("is gone"));
    }

    [Test]
    public void Restart_of_a_server_without_clients_is_worth_knowing()
    {
        var wire = Wire.WithDiagnosis();
        var at = Steady(wire);
        SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, 0, at + 3000);
        SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, 0, at + 3020);

        var finding = wire.Findings(FindingKind.ServerRestart).Single();
        Assert.That(finding.Severity, Is.EqualTo(FindingSeverity.Info));
    }

    /// <summary>Ids 100 to 104, 15 s apart.</summary>
    private static double Steady(Wire wire)
    {
        var at = Math.Max(1000, wire.Now);
        for (var id = 100u; id <= 104; id++)
        {
            SearchRuleTests.Beacon(wire, Wire.Ioc, Socket, id, at += 15_000);
        }

        return at;
    }
}
