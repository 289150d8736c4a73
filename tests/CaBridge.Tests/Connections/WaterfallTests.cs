using CaBridge.Analysis;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Connections;

[TestFixture]
public sealed class WaterfallTests
{
    private static readonly Endpoint Searcher = Wire.Console with { Port = 50_000 };

    private static IEnumerable<GoldenCapture> Captures => GoldenCapture.All;

    [TestCaseSource(nameof(Captures))]
    public void Stages_and_waits_add_up_to_the_whole_for_every_channel(object capture)
    {
        var (connections, created) = Analyze((GoldenCapture)capture);

        foreach (var connection in connections)
        {
            Assert.That(Sum(connection.Stages), Is.EqualTo(connection.Total.Nanoseconds), connection.Pv.Text);
            Assert.That(Sum(connection.Waits), Is.EqualTo(connection.Total.Nanoseconds), connection.Pv.Text);
            Assert.That(connection.Start + connection.Total, Is.GreaterThanOrEqualTo(connection.Start));
            for (var stage = 0; stage < ChannelConnection.StageCount; stage++)
            {
                Assert.That(connection.Networks[stage], Is.InRange(0, connection.Stages[stage]), connection.Pv.Text);
            }
        }

        Assert.That(connections.Count(connection => connection.Result is ConnectionResult.Value or ConnectionResult.Created), Is.EqualTo(created));
    }

    /// <summary>What is not found by a join can be found by hand: each stage's ends are messages of the wire.</summary>
    [Test]
    public void Stages_are_cut_where_the_messages_stand()
    {
        var wire = new Wire();
        Search(wire, 1, at: 1000);
        Search(wire, 2, at: 1032);
        Search(wire, 3, at: 1096);
        Found(wire, at: 1099);
        var call = new TcpCall(wire);
        wire.Put(call.Syn(), at: 1109);
        wire.Put(call.SynAck(), at: 1129);
        wire.Put(call.FromClient(TcpFlags.Ack), at: 1130);
        wire.Put(call.FromClient(Ca.Version(), Ca.ClientName(), Ca.HostName()), at: 1135);
        wire.Put(call.FromClient(Ca.Create(7, "w:ao")), at: 1140);
        wire.Put(call.FromServer(Ca.Version(), Ca.Rights(7)), at: 1170);
        wire.Put(call.FromServer(Ca.Created(7, 257)), at: 1175);
        wire.Put(call.FromClient(Ca.Subscribe(257, 1)), at: 1200);
        wire.Put(call.FromServer(Ca.Update(1)), at: 1260);

        var connection = wire.Connections.Single();

        double[] stages = [96, 3, 10, 20, 6, 5, 30, 5, 25, 60];
        Assert.That(Enumerable.Range(0, ChannelConnection.StageCount).Select(stage => connection.Stages[stage]), Is.EqualTo(stages.Select(stage => Wire.Milliseconds(stage).Nanoseconds)));
        Assert.That(connection.Total, Is.EqualTo(Wire.Milliseconds(260)));
        Assert.That((connection.Tries, connection.WaitedForCircuit, connection.Result, connection.RoundTrip), Is.EqualTo((3, true, ConnectionResult.Value, Wire.Milliseconds(20))));
        Assert.That((connection.FirstFrame, connection.LastFrame), Is.EqualTo((1, wire.Frame)));
        Assert.That(connection[ConnectionWait.SearchBackoff], Is.EqualTo(Wire.Milliseconds(96)));
        Assert.That(connection[ConnectionWait.Server], Is.EqualTo(Wire.Milliseconds(15 + 40)), "35 ms and 60 ms, less 20 ms on the way each; the reply to the search was as fast as the way");
    }

    [Test]
    public void Channel_on_a_circuit_that_stands_waits_for_none()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "w:first");
        Search(wire, 1, at: 2000);
        Found(wire, at: 2001);
        wire.Put(call.FromClient(Ca.Create(7, "w:ao")), at: 2011);
        wire.Put(call.FromServer(Ca.Rights(7), Ca.Created(7, 300)), at: 2021);
        wire.Put(call.FromClient(Ca.Get(300, 1)), at: 2031);
        wire.Put(call.FromServer(Ca.Got(1)), at: 2041);

        var connection = wire.Connections.Single();

        Assert.That(connection.WaitedForCircuit, Is.False);
        Assert.That(connection[ConnectionStage.Connect], Is.EqualTo(default(CaptureDuration)));
        Assert.That(connection[ConnectionStage.BeforeCreate], Is.EqualTo(Wire.Milliseconds(10)));
        Assert.That(connection.Total, Is.EqualTo(Wire.Milliseconds(41)));
    }

    [Test]
    public void Channel_without_value_is_told_when_it_ends()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "w:a", "w:b");
        call.Send(Ca.Clear(257, 1));
        Assert.That(wire.Connections.Select(connection => connection.Pv.Text), Is.EqualTo((string[])["w:a"]));

        call.Send(Ca.Create(3, "w:c"), Ca.Create(4, "w:d"));
        call.Reply(Ca.CreateFailed(4));
        wire.End();

        Assert.That(
            wire.Connections.Select(connection => (connection.Pv.Text, connection.Result)),
            Is.EquivalentTo(((string, ConnectionResult)[])
            [
                ("w:a", ConnectionResult.Created), ("w:b", ConnectionResult.Created), ("w:c", ConnectionResult.NotCreated), ("w:d", ConnectionResult.Refused),
            ]));
    }

    [Test]
    public void First_get_that_fails_leaves_the_value_to_the_next()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "w:a");
        call.Send(Ca.Get(257, 1));
        call.Reply(Ca.Got(1, status: Ca.GetFail));
        Assert.That(wire.Connections, Is.Empty);

        call.Send(Ca.Get(257, 2));
        call.Reply(Ca.Got(2));

        Assert.That(wire.Connections.Single().Result, Is.EqualTo(ConnectionResult.Value));
        Assert.That(wire.Connections.Single()[ConnectionStage.FirstValue], Is.EqualTo(Wire.Milliseconds(1)));
    }

    /// <summary>Both have the cid 7, as every libca that starts; the advertised server tells which search a channel followed.</summary>
    [Test]
    public void Searches_of_two_servers_are_not_mixed_up()
    {
        var wire = new Wire();
        Search(wire, 1, at: 1000);
        Found(wire, at: 1001);
        Search(wire, 1, at: 3000, port: 50_001);
        Found(wire, at: 3001, port: 50_001, server: Wire.OtherIoc);
        var call = TcpCall.Open(wire, 40_000, Wire.OtherIoc);
        call.Send(Ca.Version(), Ca.Create(7, "w:ao"));
        call.Reply(Ca.Rights(7), Ca.Created(7, 257));
        wire.End();

        Assert.That(wire.Connections.Single().Start, Is.EqualTo(Wire.Time(3000)));
    }

    [Test]
    public void Table_keeps_the_slowest_and_sums_all()
    {
        var connections = Analyze(GoldenCapture.Named("ioc-startup")).Connections;
        var table = new ConnectionTable(maxKept: 10);
        foreach (var connection in connections)
        {
            table.Add(connection);
        }

        Assert.That(table.Count, Is.EqualTo(450));
        Assert.That(table.Slowest().Select(connection => connection.Total), Is.EqualTo(connections.Select(connection => connection.Total).OrderDescending().Take(10)));
        Assert.That(table.ByServer().Sum(server => server.TotalNanoseconds), Is.EqualTo(connections.Sum(connection => connection.Total.Nanoseconds)));
        Assert.That(table.ByClient().Sum(client => client.Count), Is.EqualTo(450));
    }

    /// <summary>One of its three servers is 20 ms away: what makes it slow is the way, and not the server.</summary>
    [Test]
    public void Distant_server_of_ioc_startup_is_slow_by_the_network()
    {
        var table = new ConnectionTable();
        foreach (var connection in Analyze(GoldenCapture.Named("ioc-startup")).Connections)
        {
            table.Add(connection);
        }

        var slowest = table.ByServer()[0];
        Assert.That(slowest.Host.AddressText(), Is.EqualTo("10.44.0.22"));
        Assert.That(slowest.Longest, Is.EqualTo(ConnectionWait.Network));
        Assert.That(slowest.RoundTrip, Is.GreaterThan(Wire.Milliseconds(20)));
        Assert.That(slowest[ConnectionWait.Network], Is.GreaterThan(3 * slowest[ConnectionWait.Server]));
    }

    [Test]
    public void Time_of_the_way_is_told_apart_from_the_servers_in_gets()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "w:a");
        wire.Put(call.FromClient(Ca.Get(257, 1)), at: 2000);
        wire.Put(call.FromServer(Ca.Got(1)), at: 2100);

        Assert.That(wire.Of(Operation.Get).Single().Network, Is.EqualTo(Wire.Milliseconds(1)), "as the handshake took");
    }

    private static void Search(Wire wire, uint sequence, double at, ushort port = 50_000) =>
        wire.Put(WireFrame.Udp(Searcher with { Port = port }, Wire.Broadcast, wire.NextIpId(), Ca.Join(Ca.Sequence(sequence), Ca.Search(7, "w:ao"))), at);

    private static void Found(Wire wire, double at, ushort port = 50_000, Endpoint? server = null) =>
        wire.Put(WireFrame.Udp(server ?? Wire.Ioc, Searcher with { Port = port }, wire.NextIpId(), Ca.Found(7, 5064)), at);

    private static long Sum(StageDurations stages)
    {
        var sum = 0L;
        foreach (var stage in stages)
        {
            sum += stage;
        }

        return sum;
    }

    private static long Sum(WaitDurations waits)
    {
        var sum = 0L;
        foreach (var wait in waits)
        {
            sum += wait;
        }

        return sum;
    }

    private static (List<ChannelConnection> Connections, int Created) Analyze(GoldenCapture capture)
    {
        var connections = new List<ChannelConnection>();
        var created = 0;
        var analyzer = new Analyzer(
            new AnalyzerOptions(),
            onTransaction: (in Transaction transaction) => created += transaction is { Operation: Operation.Create, Outcome: Outcome.Answered } ? 1 : 0,
            onConnection: (in ChannelConnection connection) => connections.Add(connection));
        foreach (var (index, frame) in capture.Frames.Index())
        {
            analyzer.Push(new Packet(new CaptureTime(frame.UnixNanoseconds), index + 1, frame.LinkType, frame.Data, frame.OriginalLength));
        }

        analyzer.Complete();
        return (connections, created);
    }
}
