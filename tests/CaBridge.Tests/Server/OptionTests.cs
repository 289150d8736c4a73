using System.Globalization;
using CaBridge.Server;
using CaBridge.Server.Security;
using Microsoft.Extensions.Configuration;

namespace CaBridge.Tests.Server;

[TestFixture]
public sealed class OptionTests
{
    private static readonly string[] Unknown = ["--CaBridge:Live:MaxSession=5", "--CaBridge:Nothing=1", "--CaBridge:Findings:slow-creates=2s", "--CaBridge:Analyzer:Diagnosis:MaxHosts=1", "--prot=1", "-x", "extra"];

    private static readonly string[] Impossible =
    [
        "--CaBridge:Live:MaxSessions=0",
        "--CaBridge:Live:MaxSessions=many",
        "--CaBridge:Live:MaxTransactions=2000000000",
        "--CaBridge:RequestTimeout=-00:00:01",
        "--CaBridge:Live:SessionTimeout=0",
        "--CaBridge:RequestTimeout=30",
        "--CaBridge:Analyzer:MaxNames=-1",
        "--CaBridge:Findings:slow-create=5",
        "--CaBridge:Findings:orphan-tries=-2",
        "--CaBridge:Findings:MaxPerKind=0",
        "--config=/no/such/file.json",
    ];

    [Test]
    public void Documentation_has_every_option_with_its_default_and_its_meaning()
    {
        var documented = Help.Options().ToList();

        Assert.That(documented.Select(option => option.Key), Is.EquivalentTo(OptionRules.Defaults.Keys));
        Assert.That(documented.Select(option => option.Meaning), Has.All.Length.GreaterThan(10).And.All.EndsWith("."));
        foreach (var (key, value, _) in documented)
        {
            Assert.That(value, Is.EqualTo(TextOf(OptionRules.Defaults[key])).IgnoreCase, key);
        }
    }

    [Test]
    public void File_beside_the_program_changes_nothing() => Assert.That(Read(), Is.EqualTo(new ServerOptions()));

    [Test]
    public void Help_tells_options_and_exit_codes() =>
        Assert.That(Help.Text(), Does.Contain("--insecure").And.Contain("Exit codes: 0").And.Contain("CaBridge:Analyzer:MaxNames=1000000"));

    [TestCaseSource(nameof(Unknown))]
    public void Unknown_option_is_named(string option) =>
        Assert.That(() => Read(option), Throws.TypeOf<StartException>().With.Message.StartsWith("There is no option"));

    [TestCaseSource(nameof(Impossible))]
    public void Impossible_value_is_named(string option) =>
        Assert.That(() => Read(option), Throws.TypeOf<StartException>().With.Message.Contains(option.TrimStart('-').Split('=')[1].Split('.')[0]));

    [Test]
    public void Short_options_stand_for_long_ones()
    {
        var options = Read("--grpc", "127.0.0.1:1", "--http=127.0.0.1:2", "--insecure", "--CaBridge:Live:Latency:MaxGroups", "7", "--CaBridge:Analyzer:MaxPending=8");

        Assert.That((options.Grpc, options.Http, options.Security.Insecure), Is.EqualTo(("127.0.0.1:1", "127.0.0.1:2", true)));
        Assert.That((options.Live.Latency.MaxGroups, options.Analyzer.MaxPending), Is.EqualTo((7, 8)));
    }

    [Test]
    public void Thresholds_are_set_by_their_names()
    {
        var options = Read("--CaBridge:Findings:slow-create=2s", "--CaBridge:Findings:ORPHAN-tries=5", "--CaBridge:Findings:MaxPerKind=7").WholeAnalyzer.Diagnosis!;

        Assert.That((options.SlowCreate.TotalSeconds, options.OrphanTries, options.MaxFindingsPerKind, options.StormFactor), Is.EqualTo((2.0, 5, 7, 10.0)));
        Assert.That(Read("--CaBridge:Findings:Enabled=false").WholeAnalyzer.Diagnosis, Is.Null);
    }

    [Test]
    public void Later_sources_override_earlier_ones()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{ "CaBridge": { "Grpc": "127.0.0.1:1", "Http": "127.0.0.1:2" } }""");
            var options = Read("--config", file, "--http", "127.0.0.1:3");

            Assert.That((options.Grpc, options.Http), Is.EqualTo(("127.0.0.1:1", "127.0.0.1:3")));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static ServerOptions Read(params string[] args)
    {
        using var configuration = new ConfigurationManager();
        CommandLine.Parse(args).AddTo(configuration);
        return OptionRules.Read(configuration);
    }

    private static string TextOf(object? value) => value is null ? "null" : string.Create(CultureInfo.InvariantCulture, $"{value}");
}
