using System.Text.Json.Nodes;

namespace CaBridge.Tests.Server;

/// <summary>The lists as JSON over HTTP, after a recording has come and gone.</summary>
[TestFixture]
internal sealed class ListJsonTests
{
    [Test]
    public async Task Lists_are_answered()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ReplayAsync("ioc-startup.pcap", "gate");

        Assert.That(
            (await ListAsync(server, "servers")).Select(host => (string?)host!["address"]), Is.EquivalentTo((string[])["10.44.0.21", "10.44.0.22", "10.44.0.23"]));
        Assert.That(await ListAsync(server, "clients"), Has.Count.EqualTo(3));
        Assert.That((await ListAsync(server, "searches?unanswered_only=true")).Select(search => (string?)search!["pv"]), Has.Exactly(15).StartsWith("lost:").And.All.StartsWith("lost:"));
        Assert.That((await ListAsync(server, "circuits"), await ListAsync(server, "channels")), Is.EqualTo((Array.Empty<JsonNode>(), Array.Empty<JsonNode>())));
    }

    private static async Task<IReadOnlyList<JsonNode?>> ListAsync(RunningServer server, string path)
    {
        var (status, text) = await server.GetAsync($"/v1/{path}");
        Assert.That(status, Is.EqualTo(System.Net.HttpStatusCode.OK), text);
        return [.. JsonNode.Parse(text)![path.Split('?')[0]]!.AsArray()];
    }
}
