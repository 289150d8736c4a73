using System.Net;
using System.Text.Json;
using CaBridge.Capture.Live;
using CaBridge.Cli.Live;
using CaBridge.Cli.Rendering;

namespace CaBridge.Tests.Cli.Live;

[TestFixture]
internal sealed class InterfacesTests
{
    private static readonly CaptureDevice[] Devices =
    [
        new("eth0", "Ethernet \u001b[31mred", [IPAddress.Parse("10.44.0.11"), IPAddress.Parse("fe80::1")], IsLoopback: false, IsUp: true, IsRunning: true),
        new("eth1", null, [], IsLoopback: false, IsUp: true, IsRunning: false),
        new("eth2", null, [], IsLoopback: false, IsUp: false, IsRunning: false),
        new("lo", null, [IPAddress.Loopback], IsLoopback: true, IsUp: true, IsRunning: true),
    ];

    [Test]
    public void Table_tells_state_and_addresses()
    {
        using var text = new StringWriter();
        InterfaceList.WriteTable(text, TextStyle.Plain, Devices);

        Assert.That(text.ToString(), Is.EqualTo(
            """
            name  state           addresses            description
            eth0  up              10.44.0.11, fe80::1  Ethernet \u{1b}[31mred
            eth1  up, no carrier  -                    -
            eth2  down            -                    -
            lo    up, loopback    127.0.0.1            -

            """));
    }

    [Test]
    public void Loopback_is_listed_as_JSON()
    {
        var run = Tool.Run("interfaces", "--format", "json");
        var loopback = JsonDocument.Parse(run.Output).RootElement.GetProperty("interfaces").EnumerateArray()
            .Single(device => device.GetProperty("name").GetString() is "lo");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(loopback.GetProperty("loopback").GetBoolean(), Is.True);
        Assert.That(loopback.EnumerateObject().Select(field => field.Name), Is.EqualTo(
            (string[])["name", "description", "addresses", "loopback", "up", "running"]));
    }

    [Test]
    public void Missing_rights_are_told_in_one_sentence()
    {
        var run = Tool.Shell($"setpriv {(Environment.IsPrivilegedProcess ? "--bounding-set=-net_raw" : "")} -- {ToolProgram.Shell} interfaces");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("lo "));
        Assert.That(run.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.All.StartsWith("cabridge: Capturing needs rights: sudo setcap "));
    }

    [TestCase("CapEff:\t0000003fffffffff", true)]
    [TestCase("CapEff:\t0000000000002000", true)]
    [TestCase("CapEff:\t0000003fffffdfff", false)]
    [TestCase("CapEff:\t0000000000000000", false)]
    [TestCase("State:\tR (running)", true)]
    public void Rights_are_read_from_the_capabilities(string line, bool areThere) =>
        Assert.That(CaptureRights.AreIn(["Name:\tcabridge", line]), Is.EqualTo(areThere));
}
