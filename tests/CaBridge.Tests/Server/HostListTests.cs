using CaBridge.Contracts.V1;
using CaBridge.Server.Live;
using CaBridge.Server.Queries;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Kit;
using Host = CaBridge.Contracts.V1.Host;

namespace CaBridge.Tests.Server;

/// <summary>
/// Servers and clients of <c>ioc-startup</c>: three servers have 50 PVs each, of which three clients search, create and subscribe to all, and search
/// for 5 more each; every client has a circuit to every server.
/// </summary>
[TestFixture]
internal sealed class HostListTests
{
    private static readonly GoldenCapture Capture = GoldenCapture.Named("ioc-startup");

    [Test]
    public void Hosts_tell_what_they_had_part_in()
    {
        const int Connects = 3;
        const int OfEachKind = 150;
        var state = FedState.Of(Capture);

        Assert.That(
            Servers(state).Select(host => (host.Address, host.Circuits, host.Channels, host.Transactions, host.Unanswered)),
            Is.EquivalentTo(Enumerable.Range(21, 3).Select(host => ($"10.44.0.{host}", 3L, 150L, (long)(Connects + (3 * OfEachKind)), 0L))));
        Assert.That(
            Clients(state).Select(host => (host.Circuits, host.Channels, host.Transactions, host.Unanswered)),
            Is.EqualTo(Enumerable.Repeat((3L, 150L, (long)(Connects + (3 * OfEachKind)), 0L), 3)));
    }

    [Test]
    public void Client_tells_its_names_and_a_server_has_none()
    {
        var state = FedState.Of(Capture);
        var circuit = new CircuitsQuestion(new ListCircuitsRequest()).Answer(state).Circuits[0];

        Assert.That((circuit.UserName.Length, circuit.HostName.Length), Is.GreaterThan((0, 0)));
        Assert.That(Clients(state).Select(host => (host.UserName, host.HostName)), Has.Some.EqualTo((circuit.UserName, circuit.HostName)));
        Assert.That(Servers(state).Select(host => (host.UserName, host.HostName)), Has.All.EqualTo(("", "")));
    }

    [Test]
    public void Search_that_nobody_answers_is_the_clients_alone()
    {
        var state = FedState.New();
        var agent = new FedState.Agent(state, "gate");
        agent.Push(Capture);
        agent.End();

        Assert.That(Clients(state).Select(host => host.Unanswered), Is.EqualTo([5L, 5L, 5L]));
        Assert.That(Servers(state), Has.Count.EqualTo(3));
        Assert.That(Servers(state).Select(host => host.Unanswered), Has.All.Zero);
    }

    [Test]
    public void Circuits_of_a_host_are_counted_once_though_two_sensors_see_them()
    {
        var state = FedState.Of(Capture);
        new FedState.Agent(state, "second").Push(Capture);

        Assert.That(Servers(state).Select(host => (host.Circuits, host.Channels)), Is.EqualTo(Enumerable.Repeat((3L, 150L), 3)));
    }

    [Test]
    public void Open_circuits_are_counted_anew_every_second()
    {
        var state = FedState.New();
        var agent = new FedState.Agent(state, "gate");
        agent.Push(Capture);
        Assert.That(Servers(state).Sum(host => host.Circuits), Is.EqualTo(9));

        agent.End();
        state.Tick(DateTimeOffset.UnixEpoch);

        Assert.That(Servers(state).Sum(host => host.Circuits), Is.Zero);
    }

    [Test]
    public void Rate_is_of_the_last_ten_seconds()
    {
        var state = FedState.Of(Capture);
        var client = Wire.Console;
        var reached = Capture.Frames.Max(frame => frame.UnixNanoseconds) / 1_000_000_000;
        var ended = Capture.Answers.Transactions.Where(one => one.Client.Host == client && one.Latency is not null)
            .Count(one => (one.RequestedAt + one.Latency!.Value).UnixNanoseconds / 1_000_000_000 > reached - 10);

        Assert.That(
            Clients(state).Where(host => host.Address.Equals(client.AddressText(), StringComparison.Ordinal)).Select(host => host.TransactionsPerSecond),
            Is.EqualTo([ended / 10.0]));
    }

    [Test]
    public void Tables_are_bounded() => Assert.That(Servers(FedState.Of(Capture, new LiveOptions { MaxHosts = 2 })), Has.Count.EqualTo(2));

    /// <summary>Page by page.</summary>
    private static List<Host> Servers(LiveState state)
    {
        var all = new List<Host>();
        var request = new ListServersRequest { PageSize = 2 };
        do
        {
            var page = new ServersQuestion(request).Answer(state);
            Assert.That(page.Servers, Has.Count.AtMost(2));
            all.AddRange(page.Servers);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return all;
    }

    private static List<Host> Clients(LiveState state) => [.. new ClientsQuestion(new ListClientsRequest()).Answer(state).Clients];
}
