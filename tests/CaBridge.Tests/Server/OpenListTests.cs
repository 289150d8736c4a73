using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Server;

/// <summary>Circuits and channels that are open, as the server lists them while agents are connected.</summary>
[TestFixture]
internal sealed class OpenListTests
{
    private const int PageSize = 7;

    /// <summary>Which connections were closed another program told; what the others have, the messages tell.</summary>
    [TestCase("ioc-startup", 9)]
    [TestCase("large-arrays", 1)]
    [TestCase("mixed-ops", 2)]
    public async Task Lists_are_what_the_messages_tell(string name, int openCircuits)
    {
        var capture = GoldenCapture.Named(name);
        var expected = DecodedChannels.Of(capture);
        using var server = new ServerProgram();
        using var agent = await SendAsync(server, "gate", capture);

        var circuits = Circuits(server, new ListCircuitsRequest());
        var channels = Channels(server, new ListChannelsRequest());

        var open = circuits.Select(circuit => (circuit.Client, circuit.Server)).ToHashSet();
        Assert.That((circuits.Count, open.Count), Is.EqualTo((openCircuits, openCircuits)));
        Assert.That(
            channels.Select(DecodedChannels.Describe),
            Is.EquivalentTo(expected.Channels.Where(channel => open.Contains((channel.Client, channel.Server))).Select(DecodedChannels.Describe)));
        foreach (var circuit in circuits)
        {
            var told = expected.Circuits[(circuit.Client, circuit.Server)];
            Assert.That(
                (circuit.UserName, circuit.HostName, circuit.ClientMinorVersion, circuit.ServerMinorVersion, circuit.Priority),
                Is.EqualTo((told.UserName, told.HostName, told.ClientMinorVersion, told.ServerMinorVersion, told.Priority)));
            Assert.That(circuit.Channels, Is.EqualTo(channels.Count(channel => (channel.Client, channel.Server) == (circuit.Client, circuit.Server))));
            Assert.That(circuit.Sensors, Is.EqualTo(["gate"]));
        }
    }

    [Test]
    public async Task Filters_choose()
    {
        using var server = new ServerProgram();
        using var agent = await SendAsync(server, "gate", GoldenCapture.Named("ioc-startup"));
        var client = Circuits(server, new ListCircuitsRequest())[0].Client;

        Assert.That(Circuits(server, new ListCircuitsRequest { Server = "10.44.0.22" }), Has.Count.EqualTo(3));
        Assert.That(Circuits(server, new ListCircuitsRequest { Server = "10.44.0.22:5065" }), Is.Empty);
        Assert.That(Circuits(server, new ListCircuitsRequest { Client = client }).Select(circuit => circuit.Client), Is.EqualTo([client]));
        Assert.That(Channels(server, new ListChannelsRequest { Server = "10.44.0.22:5064" }), Has.Count.EqualTo(150));
        var one = Channels(server, new ListChannelsRequest { Client = client });
        Assert.That(one, Has.Count.EqualTo(50));
        Assert.That(one.Select(channel => channel.Client), Has.All.EqualTo(client));
        Assert.That(Channels(server, new ListChannelsRequest { Pv = one[0].Pv[..^1] + "?", Client = client }).Select(channel => channel.Pv), Does.Contain(one[0].Pv));
        Assert.That(Channels(server, new ListChannelsRequest { Pv = "no such *" }), Is.Empty);
    }

    [TestCase("/v1/circuits?client=ioc7", "client must be an address")]
    [TestCase("/v1/channels?page_token=next", "page_token must be")]
    [TestCase("/v1/searches?client=ioc7", "client must be an address")]
    [TestCase("/v1/servers?page_size=-1", "page_size must not be negative")]
    [TestCase("/v1/clients?page_token=-1", "page_token must be")]
    public async Task Wrong_question_is_refused(string path, string reason)
    {
        await using var server = await RunningServer.StartAsync();

        var (status, text) = await server.GetAsync(path);

        Assert.That(status, Is.EqualTo(System.Net.HttpStatusCode.BadRequest));
        Assert.That(text, Does.Contain(reason));
    }

    [Test]
    public async Task Circuit_of_two_sensors_is_listed_once_with_both()
    {
        var capture = GoldenCapture.Named("ioc-startup");
        using var server = new ServerProgram();
        using var left = await SendAsync(server, "left", capture);
        using var right = await SendAsync(server, "right", capture);

        var circuits = Circuits(server, new ListCircuitsRequest());
        var channels = Channels(server, new ListChannelsRequest());

        Assert.That(circuits.Select(circuit => (circuit.Client, circuit.Server)).Distinct().Count(), Is.EqualTo(9));
        Assert.That(circuits, Has.Count.EqualTo(9));
        Assert.That(circuits.Select(circuit => circuit.Sensors), Has.All.EqualTo((string[])["left", "right"]));
        Assert.That(channels, Has.Count.EqualTo(450));
        Assert.That(channels.Select(channel => channel.Sensor), Has.All.EqualTo("left"));
    }

    /// <summary>The view that counted goes with its session; the other one's is told from then on.</summary>
    [Test]
    public async Task Circuit_goes_on_with_the_sensor_that_stays()
    {
        var capture = GoldenCapture.Named("ioc-startup");
        using var server = new ServerProgram();
        using var left = await SendAsync(server, "left", capture);
        using var right = await SendAsync(server, "right", capture);
        await left.SendAsync(new PacketBatch { Sequence = 1000, EndOfCapture = true });
        await left.ReadUntilAsync(1000);

        Assert.That(Circuits(server, new ListCircuitsRequest()).Select(circuit => circuit.Sensors), Has.Exactly(9).EqualTo((string[])["right"]));
        Assert.That(Channels(server, new ListChannelsRequest()).Select(channel => channel.Sensor), Has.Exactly(450).EqualTo("right"));
    }

    private static async Task<RawAgent> SendAsync(ServerProgram server, string sensor, GoldenCapture capture)
    {
        var agent = await RawAgent.ConnectAsync(server.Channel, sensor);
        var batches = SampleBatches.Of(capture);
        foreach (var batch in batches)
        {
            await agent.SendAsync(batch);
        }

        await agent.ReadUntilAsync((ulong)batches.Count);
        return agent;
    }

    private static List<Circuit> Circuits(ServerProgram server, ListCircuitsRequest request)
    {
        request.PageSize = PageSize;
        return PageByPage(token =>
        {
            request.PageToken = token;
            var page = server.Analysis.ListCircuits(request);
            return (page.Circuits, page.NextPageToken);
        });
    }

    private static List<Channel> Channels(ServerProgram server, ListChannelsRequest request)
    {
        request.PageSize = PageSize;
        return PageByPage(token =>
        {
            request.PageToken = token;
            var page = server.Analysis.ListChannels(request);
            return (page.Channels, page.NextPageToken);
        });
    }

    private static List<T> PageByPage<T>(Func<string, (IReadOnlyCollection<T> Items, string NextToken)> ask)
    {
        var all = new List<T>();
        var token = "";
        do
        {
            (var items, token) = ask(token);
            Assert.That(items, Has.Count.AtMost(PageSize));
            all.AddRange(items);
        }
        while (token.Length > 0);

        return all;
    }
}
