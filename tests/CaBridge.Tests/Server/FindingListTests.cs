using System.Text;
using System.Text.Json.Nodes;
using CaBridge.Cli.Rendering;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Cli.Live;
using Grpc.Core;

namespace CaBridge.Tests.Server;

/// <summary>Recordings through agent and server have the findings that <c>analyze</c> has of the file.</summary>
[TestFixture]
internal sealed class FindingListTests
{
    [Test]
    public void Findings_are_those_of_analyze(
        [Values("ioc-restart", "duplicate-pv", "ioc-startup", "slow-client", "lossy", "mixed-ops")] string name)
    {
        var path = GoldenCapture.Named(name).FilePath;
        using var server = new ServerProgram();
        server.Replay(path, "gate");
        var expected = JsonNode.Parse(Tool.Run("analyze", "--format", "json", path).Output)!["findings"]!.ToJsonString();

        Assert.That(Json(List(server, new FindingFilter())), Is.EqualTo(expected));
        Assert.That(Json(List(server, new FindingFilter { Sensor = "gate" })), Is.EqualTo(expected));
        Assert.That(JsonNode.Parse(Tool.Run("stats", "--server", server.Url, "--format", "json").Output)!["findings"]!.ToJsonString(), Is.EqualTo(expected));
        Assert.That(List(server, new FindingFilter()).Select(finding => finding.Sensor), Has.All.EqualTo("gate"));
    }

    [Test]
    public void Pages_together_are_the_whole_list()
    {
        using var server = new ServerProgram();
        server.Replay(GoldenCapture.Named("ioc-startup").FilePath, "gate");
        var whole = List(server, new FindingFilter());

        Assert.That(List(server, new FindingFilter(), pageSize: 2), Is.EqualTo(whole));
        Assert.That(whole.Select(finding => finding.Key), Is.Unique);
    }

    [Test]
    public void Filters_choose()
    {
        using var server = new ServerProgram();
        server.Replay(GoldenCapture.Named("ioc-restart").FilePath, "restart");
        server.Replay(GoldenCapture.Named("duplicate-pv").FilePath, "duplicate");
        var all = List(server, new FindingFilter());
        var duplicates = all.Where(finding => string.Equals(finding.Id, "duplicate-pv", StringComparison.Ordinal)).ToList();

        Assert.That(all.Select(finding => finding.Sensor).Distinct(StringComparer.Ordinal), Is.EquivalentTo((string[])["restart", "duplicate"]));
        Assert.That(duplicates, Is.Not.Empty);
        Assert.That(List(server, new FindingFilter { Ids = { "duplicate-pv" } }), Is.EqualTo(duplicates));
        Assert.That(List(server, new FindingFilter { MinSeverity = FindingSeverity.Error }), Is.EqualTo(all.Where(finding => finding.Severity == FindingSeverity.Error)));
        Assert.That(List(server, new FindingFilter { Pv = duplicates[0].Pvs[0] }), Is.EqualTo(all.Where(finding => finding.Pvs.Contains(duplicates[0].Pvs[0]))));
        Assert.That(List(server, new FindingFilter { Server = duplicates[0].Servers[0] }), Is.EqualTo(all.Where(finding => finding.Servers.Contains(duplicates[0].Servers[0]))));
        Assert.That(List(server, new FindingFilter { OpenOnly = true }), Is.EqualTo(all.Where(finding => finding.Open)));
        Assert.That(List(server, new FindingFilter { Client = "10.99.0.1" }), Is.Empty);
    }

    [TestCase("filter.ids=restart", "filter.ids must be some of server-restart, ")]
    [TestCase("filter.server=ioc7", "filter.server must be an address")]
    public async Task Wrong_filter_is_refused(string query, string sentence)
    {
        await using var server = await RunningServer.StartAsync();
        var (status, text) = await server.GetAsync($"/v1/findings?{query}");

        Assert.That((status, text), Is.EqualTo((System.Net.HttpStatusCode.BadRequest, text)));
        Assert.That(text, Does.Contain(sentence));
    }

    [Test]
    public async Task Findings_are_told_as_json()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ReplayAsync("duplicate-pv.pcap", "gate");
        var (_, text) = await server.GetAsync("/v1/findings?filter.ids=duplicate-pv&page_size=1");
        var finding = JsonNode.Parse(text)!["findings"]![0]!;

        Assert.That(((string?)finding["id"], (string?)finding["severity"], (string?)finding["sensor"]), Is.EqualTo(("duplicate-pv", "FINDING_SEVERITY_ERROR", "gate")));
    }

    [Test]
    public void Sensor_that_is_not_known_is_not_found()
    {
        using var server = new ServerProgram();
        var refusal = Assert.Throws<RpcException>(() => List(server, new FindingFilter { Sensor = "nobody" }));

        Assert.That(refusal.StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    /// <summary>Also a restart, which each tells by the time of what it saw first.</summary>
    [TestCase("duplicate-pv")]
    [TestCase("ioc-restart")]
    public void Cause_of_two_sensors_counts_once(string name)
    {
        var path = GoldenCapture.Named(name).FilePath;
        using var server = new ServerProgram();
        server.Replay(path, "left");
        var alone = List(server, new FindingFilter());
        server.Replay(path, "right");

        Assert.That(List(server, new FindingFilter()), Is.EqualTo(alone));
        Assert.That(Json(List(server, new FindingFilter { Sensor = "right" })), Is.EqualTo(Json(alone)));
    }

    [Test]
    public void Without_diagnosis_nothing_is_told()
    {
        using var server = new ServerProgram(0, "--CaBridge:Findings:Enabled=false");
        server.Replay(GoldenCapture.Named("duplicate-pv").FilePath, "gate");

        Assert.That(List(server, new FindingFilter()), Is.Empty);
        Assert.That(Tool.Run("stats", "--server", server.Url).Output, Does.EndWith("The server looks for no findings (CaBridge:Findings:Enabled).\n"));
    }

    [Test]
    public void Text_of_stats_ends_with_findings()
    {
        using var server = new ServerProgram();
        server.Replay(GoldenCapture.Named("duplicate-pv").FilePath, "gate");
        var text = Tool.Run("stats", "--server", server.Url).Output;

        Assert.That(text, Does.Contain("duplicate-pv: ").And.Contain("Where the time went").And.Not.Contain("No findings"));
    }

    private static List<Finding> List(ServerProgram server, FindingFilter filter, int pageSize = 0)
    {
        var request = new ListFindingsRequest { Filter = filter, PageSize = pageSize };
        var findings = new List<Finding>();
        do
        {
            var page = server.Analysis.ListFindings(request);
            findings.AddRange(page.Findings);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return findings;
    }

    private static string Json(IEnumerable<Finding> findings)
    {
        using var stream = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var finding in findings)
            {
                FindingJson.Write(json, finding.ToFinding());
            }

            json.WriteEndArray();
        }

        return JsonNode.Parse(Encoding.UTF8.GetString(stream.ToArray()))!.ToJsonString();
    }
}
