using CaBridge.Contracts.V1;
using CaBridge.Server.Live;
using CaBridge.Server.Queries;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Server;

/// <summary>Who searches what.</summary>
[TestFixture]
internal sealed class SearchListTests
{
    private static readonly string[] Captures = ["catime", "cid-collision", "duplicate-pv", "fragments", "ioc-restart", "ioc-startup", "mixed-ops", "other-port"];

    /// <summary>Another program counted requests and names of these recordings.</summary>
    [TestCaseSource(nameof(Captures))]
    public void Figures_are_those_of_the_recording(string name)
    {
        var capture = GoldenCapture.Named(name);
        var expected = capture.ReadExpected();
        var state = FedState.Of(capture);

        var searches = All(state, new ListSearchesRequest());

        Assert.That(searches.Sum(search => search.Requests), Is.EqualTo(expected.GetProperty("searches").GetInt64()));
        Assert.That(searches.Select(search => search.Pv).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(expected.GetProperty("search_names").GetInt32()));
        Assert.That(searches.Sum(search => search.Answered), Is.AtLeast(expected.GetProperty("search_answered").GetInt64()));
        Assert.That(
            All(state, new ListSearchesRequest { UnansweredOnly = true }).Select(search => search.Pv).Distinct(StringComparer.Ordinal),
            Is.EquivalentTo(expected.GetProperty("searched_never_answered").EnumerateArray().Select(pv => pv.GetString())));
        Assert.That(searches.Select(search => search.Tries), Is.Ordered.Descending);
    }

    [Test]
    public void Copies_of_a_datagram_are_one_try()
    {
        var state = FedState.New();
        var agent = new FedState.Agent(state, "gate");
        var wire = new Wire();
        var client = Wire.Console with { Port = 50_000 };
        foreach (var (destination, sequence) in (((CaBridge.Analysis.Endpoint, uint)[])[(Wire.Broadcast, 1), (Wire.OtherIoc, 1), (Wire.Broadcast, 2)]))
        {
            Push(agent, wire, WireFrame.Udp(client, destination, wire.NextIpId(), Ca.Join(Ca.Sequence(sequence), Ca.Search(1, "A"), Ca.Search(2, "B"))));
        }

        Push(agent, wire, WireFrame.Udp(Wire.Ioc, client, wire.NextIpId(), Ca.Join(Ca.Sequence(2), Ca.Found(1, 5064))));
        agent.Flush();

        Assert.That(
            All(state, new ListSearchesRequest()).Select(search => (search.Client, search.Pv, search.Tries, search.Requests, search.Answered)),
            Is.EqualTo([("10.44.0.11", "A", 2L, 3L, 1L), ("10.44.0.11", "B", 2L, 3L, 0L)]));
    }

    [Test]
    public void Filters_choose()
    {
        var state = FedState.Of(GoldenCapture.Named("ioc-startup"));
        var all = All(state, new ListSearchesRequest());
        var client = all[0].Client;

        Assert.That(All(state, new ListSearchesRequest { Client = client }), Is.EqualTo(all.Where(search => search.Client.Equals(client, StringComparison.Ordinal))));
        Assert.That(All(state, new ListSearchesRequest { Pv = "lost:c?:pv0" }).Select(search => search.Pv), Is.EquivalentTo((string[])["lost:c1:pv0", "lost:c2:pv0", "lost:c3:pv0"]));
        Assert.That(All(state, new ListSearchesRequest { Client = "10.44.0.250" }), Is.Empty);
    }

    [Test]
    public void Table_is_bounded()
    {
        var state = FedState.Of(GoldenCapture.Named("ioc-startup"), new LiveOptions { MaxSearchedNames = 40 });

        Assert.That(All(state, new ListSearchesRequest()), Has.Count.EqualTo(40));
        Assert.That(state.Statistics.Searches.Evicted, Is.Positive);
    }

    [Test]
    public void Socket_of_two_sensors_counts_once()
    {
        var capture = GoldenCapture.Named("ioc-startup");
        var state = FedState.New();
        new FedState.Agent(state, "left").Push(capture);
        new FedState.Agent(state, "right").Push(capture);

        Assert.That(All(state, new ListSearchesRequest()), Is.EqualTo(All(FedState.Of(capture), new ListSearchesRequest())));
    }

    private static void Push(FedState.Agent agent, Wire wire, WireFrame frame) => agent.Push(
        new CaBridge.Analysis.Packets.Packet(Wire.Time(++wire.Now), 1, CaBridge.Analysis.Packets.LinkType.Ethernet, frame.Bytes, frame.Bytes.Length));

    /// <summary>Page by page.</summary>
    private static List<Search> All(LiveState state, ListSearchesRequest request)
    {
        const int Size = 7;
        var all = new List<Search>();
        request.PageSize = Size;
        do
        {
            var page = new SearchesQuestion(request).Answer(state);
            Assert.That(page.Searches, Has.Count.AtMost(Size));
            all.AddRange(page.Searches);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.That(all.Select(search => (search.Client, search.Pv)), Is.Unique);
        return all;
    }
}
