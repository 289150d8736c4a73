using System.Text.RegularExpressions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Extcap;

/// <summary>What Wireshark asks before it captures, asked of the program.</summary>
[TestFixture, Parallelizable]
internal sealed partial class ListingTests
{
    private static readonly string[] Interfaces = ["cabridge", "cabridge-server"];

    /// <summary>Of Wireshark 4.0.</summary>
    private static readonly string[] Types = ["integer", "string", "boolean", "fileselect", "selector", "multicheck"];

    [Test]
    public void Tshark_lists_both_interfaces()
    {
        using var home = new ExtcapHome();
        using var tshark = new StartedProgram(home.Tshark("-D"));

        Assert.That(tshark.WaitForExit(), Is.Zero, () => tshark.Text);
        Assert.That(tshark.Text, Does.Match(@"\. cabridge \(CaBridge: this host\)").And.Match(@"\. cabridge-server \(CaBridge: analysis server\)"));
    }

    [TestCase("--extcap-interfaces")]
    [TestCase("--extcap-interfaces", "--extcap-version=4.0")]
    [TestCase("--extcap-version=4.6", "--extcap-cleanup-postkill", "--extcap-interfaces", "--of-the-future", "value")]
    public void Unknown_arguments_are_passed_over(params string[] arguments)
    {
        var (exitCode, output, errors) = ExtcapHome.Call(arguments);

        Assert.That((exitCode, errors), Is.EqualTo((0, "")));
        Assert.That(output[0], Does.StartWith("extcap {version="));
        Assert.That(output.Count(line => line.StartsWith("interface ", StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(output.Count(line => line.StartsWith("control ", StringComparison.Ordinal)), Is.EqualTo(5));
    }

    [TestCaseSource(nameof(Interfaces))]
    public void Options_are_sentences_that_Wireshark_understands(string name)
    {
        var (exitCode, output, errors) = ExtcapHome.Call("--extcap-config", "--extcap-interface", name);
        Assert.That((exitCode, errors), Is.EqualTo((0, "")));
        Assert.That(output, Has.All.Match(@"\A(arg|value)( |\{[a-z]+=[^{}]*\})+\z"));
        var arguments = output.Where(line => line.StartsWith("arg ", StringComparison.Ordinal)).Select(Fields).ToList();
        var values = output.Where(line => line.StartsWith("value ", StringComparison.Ordinal)).Select(Fields).ToList();

        Assert.That(arguments.Select(argument => argument["number"]), Is.EqualTo(Enumerable.Range(0, arguments.Count).Select(number => $"{number}")));
        Assert.That(arguments.Select(argument => argument["call"]), Is.Unique.And.All.StartsWith("--"));
        Assert.That(arguments.Select(argument => argument["type"]).Distinct(StringComparer.Ordinal), Is.SubsetOf(Types));
        Assert.That(arguments.Select(argument => argument.GetValueOrDefault("group")), Has.None.Null);
        Assert.That(arguments.Select(argument => argument.GetValueOrDefault("tooltip")), Has.None.Null);
        var choosing = arguments.Where(argument => argument["type"] is "selector" or "multicheck").Select(argument => argument["number"]);
        Assert.That(values.Select(value => value["arg"]).Distinct(StringComparer.Ordinal), Is.EquivalentTo(choosing));
        Assert.That(values.Count(value => value.ContainsKey("default")), Is.EqualTo(1));
    }

    [TestCaseSource(nameof(Interfaces))]
    public void Link_type_is_listed(string name)
    {
        var (exitCode, output, errors) = ExtcapHome.Call("--extcap-dlts", "--extcap-interface", name);

        Assert.That((exitCode, errors), Is.EqualTo((0, "")));
        Assert.That(output, Has.Length.EqualTo(1).And.All.StartsWith("dlt {number=1}{name=EN10MB}"));
    }

    [Test]
    public void Devices_are_listed_anew()
    {
        var (exitCode, output, errors) = ExtcapHome.Call("--extcap-config", "--extcap-interface", "cabridge", "--extcap-reload-option", "--device", "--buffer", "64");

        Assert.That((exitCode, errors), Is.EqualTo((0, "")));
        Assert.That(output, Has.All.StartsWith("value {arg=0}").And.Some.StartsWith("value {arg=0}{value=lo}"));
        Assert.That(output, Has.None.Contains("dbus"));
    }

    [Test]
    public void Server_that_is_away_is_told_where_its_sensors_would_be()
    {
        var (exitCode, output, errors) = ExtcapHome.Call(
            "--extcap-config", "--extcap-interface", "cabridge-server", "--extcap-reload-option", "--sensor", "--server", "http://127.0.0.1:1");

        Assert.That((exitCode, errors), Is.EqualTo((0, "")));
        Assert.That(output, Is.EqualTo(new[] { "value {arg=1}{value=*}{display=all sensors (the server did not tell: Connection refused)}{default=true}" }));
    }

    [TestCase("", ExpectedResult = "")]
    [TestCase("port 5064 and not host 10.0.0.1", ExpectedResult = "")]
    [TestCase("prot 5064", ExpectedResult = "The filter \"prot 5064\" is wrong at character 1, \"prot 5064\": can't parse filter expression: syntax error.")]
    public string Filter_is_checked(string filter)
    {
        var (exitCode, output, errors) = ExtcapHome.Call("--extcap-interface", "cabridge", "--extcap-capture-filter", filter);

        Assert.That((exitCode, errors), Is.EqualTo((0, "")));
        return string.Join('\n', output);
    }

    [Test]
    public void Unknown_interface_is_named()
    {
        var (exitCode, output, errors) = ExtcapHome.Call("--extcap-config", "--extcap-interface", "eth0");

        Assert.That((exitCode, output, errors), Is.EqualTo((1, Array.Empty<string>(), "There are the interfaces cabridge and cabridge-server; not 'eth0'.\n")));
    }

    private static Dictionary<string, string> Fields(string line) =>
        Field().Matches(line).ToDictionary(field => field.Groups["name"].Value, field => field.Groups["value"].Value, StringComparer.Ordinal);

    [GeneratedRegex(@"\{(?<name>[a-z]+)=(?<value>[^}]*)\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Field();
}
