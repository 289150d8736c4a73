using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Transactions;

/// <summary>What has no room is told as lost at once, and takes nothing with it.</summary>
[TestFixture]
public sealed class CircuitBoundTests
{
    [Test]
    public void Request_without_room_is_lost_and_counted()
    {
        var wire = new Wire(new AnalyzerOptions { MaxPending = 2 });
        var call = TcpCall.WithChannels(wire, "A");
        wire.Transactions.Clear();
        call.Send(Ca.Get(257, 5), Ca.Get(257, 6), Ca.Get(257, 7));
        call.Reply(Ca.Got(5), Ca.Got(6), Ca.Got(7));
        wire.End();

        Assert.That(
            wire.Transactions.Select(told => told.Outcome),
            Is.EqualTo([Outcome.Pending, Outcome.Answered, Outcome.Answered, Outcome.NoRequest]));
        Assert.That(wire.Anomalies(AnomalyKind.TableEvicted), Is.EqualTo(1));
    }

    [Test]
    public void Full_table_of_channels_refuses_channels_only()
    {
        var wire = new Wire(new AnalyzerOptions { MaxChannels = 1 });
        var call = TcpCall.WithChannels(wire, "A", "B");
        call.Send(Ca.Get(257, 5));
        call.Reply(Ca.Got(5));
        wire.End();

        Assert.That(wire.Of(Operation.Create).Select(create => create.Outcome), Is.EqualTo([Outcome.Answered, Outcome.Pending, Outcome.NoRequest]));
        Assert.That(wire.Of(Operation.Get).Select(get => (get.Outcome, get.Pv?.Text)), Is.EqualTo([(Outcome.Answered, (string?)"A")]));
    }

    [Test]
    public void Subscriptions_are_bounded_over_all_circuits()
    {
        var wire = new Wire(new AnalyzerOptions { MaxSubscriptions = 3 });
        for (ushort port = 1; port <= 2; port++)
        {
            var call = TcpCall.Open(wire, port);
            call.Send(Ca.Version(), Ca.Create(1, "A"));
            call.Reply(Ca.Created(1, 257));
            call.Send(Ca.Subscribe(257, 1), Ca.Subscribe(257, 2));
            call.Reply(Ca.Update(1), Ca.Update(2));
        }

        Assert.That(
            wire.Of(Operation.Subscribe).Select(told => told.Outcome),
            Is.EqualTo([Outcome.Answered, Outcome.Answered, Outcome.Pending, Outcome.Answered]));
        Assert.That(wire.Anomalies(AnomalyKind.TableEvicted), Is.EqualTo(2), "the request and its update");
    }

    [Test]
    public void Subscriptions_that_end_make_room()
    {
        var wire = new Wire(new AnalyzerOptions { MaxSubscriptions = 1 });
        var call = TcpCall.WithChannels(wire, "A");
        call.Send(Ca.Subscribe(257, 1));
        call.Reply(Ca.Update(1));
        call.Send(Ca.Cancel(257, 1));
        call.Reply(Ca.Cancelled(257, 1));
        call.Send(Ca.Subscribe(257, 2));
        call.Reply(Ca.Update(2));
        call.Close();
        var other = TcpCall.Open(wire, 2);
        other.Send(Ca.Version(), Ca.ClientName());
        other.Send(Ca.Subscribe(257, 1));
        other.Reply(Ca.Update(1));
        wire.End();

        Assert.That(wire.Of(Operation.Subscribe).Select(told => told.Outcome), Is.EqualTo(Enumerable.Repeat(Outcome.Answered, 3)));
    }

    [Test]
    public void Updates_without_request_and_room_are_counted()
    {
        var wire = new Wire(new AnalyzerOptions { MaxSubscriptions = 1 });
        var call = TcpCall.WithChannels(wire, "A");
        call.Reply(Ca.Update(1), Ca.Update(1), Ca.Update(2), Ca.Update(2));
        wire.End();

        Assert.That(wire.Account(Operation.Subscribe).RepliesWithoutRequest, Is.EqualTo(1));
        Assert.That(wire.Anomalies(AnomalyKind.TableEvicted), Is.EqualTo(2));
        Assert.That(wire.AnomalyBytes(AnomalyKind.TableEvicted), Is.EqualTo(2 * Ca.Update(2).Length));
    }

    [Test]
    public void Searches_take_no_room_of_pending_requests()
    {
        var wire = new Wire(new AnalyzerOptions { MaxPending = 2 });
        for (var cid = 1u; cid <= 5; cid++)
        {
            wire.Datagram(Wire.Console with { Port = 50_000 }, Wire.Broadcast, Ca.Sequence(cid), Ca.Search(cid, $"NOWHERE{cid}"));
        }

        var call = TcpCall.WithChannels(wire, "A");
        call.Send(Ca.Get(257, 5), Ca.Get(257, 6));
        call.Reply(Ca.Got(5), Ca.Got(6));
        wire.End();

        Assert.That(wire.Of(Operation.Get).Select(get => get.Outcome), Is.EqualTo([Outcome.Answered, Outcome.Answered]));
    }

    /// <summary>Each of ten circuits holds a reply behind a hole, far below its own bound.</summary>
    [Test]
    public void Held_bytes_of_all_circuits_are_bounded()
    {
        var wire = new Wire(new AnalyzerOptions { MaxOutOfOrderMemoryBytes = 20_000 });
        for (ushort port = 1; port <= 10; port++)
        {
            var call = TcpCall.Open(wire, port);
            call.Send(Ca.Version(), Ca.Create(1, $"PV{port}"));
            call.Reply(Ca.Rights(1), Ca.Created(1, 257));
            call.Send(Ca.Get(257, 1), Ca.Get(257, 2));
            _ = call.FromServer(Ca.Got(1));
            call.Reply(Ca.GotArray(2, 500));
        }

        Assert.That(wire.Of(Operation.Get).Select(get => get.Pv?.Text), Is.SupersetOf(new[] { "PV1", "PV2", "PV3" }));
        Assert.That(wire.Of(Operation.Get), Has.Count.LessThan(10));
        Assert.That(wire.Anomalies(AnomalyKind.TableEvicted), Is.EqualTo(wire.Of(Operation.Get).Count));
        wire.End();
        Assert.That(wire.Account(Operation.Get), Is.EqualTo(wire.Account(Operation.Get) with { Requests = 20, Answered = 10, LostInGap = 10 }));
    }

    /// <summary>Else the table of sids would grow where that of cids is bounded.</summary>
    [Test]
    public void Cid_that_is_created_again_forgets_its_old_sid()
    {
        var wire = new Wire(new AnalyzerOptions { MaxChannels = 10 });
        var call = TcpCall.WithChannels(wire, "A");
        for (var sid = 300u; sid < 400; sid++)
        {
            call.Send(Ca.Create(1, $"PV{sid}"));
            call.Reply(Ca.Created(1, sid));
        }

        call.Send(Ca.Get(300, 5), Ca.Get(399, 6));
        call.Reply(Ca.Got(5), Ca.Got(6));
        wire.End();

        Assert.That(wire.Of(Operation.Get).Select(get => get.Pv?.Text), Is.EqualTo([null, "PV399"]));
    }

    [Test]
    public void Channels_that_are_cleared_make_room()
    {
        var wire = new Wire(new AnalyzerOptions { MaxChannels = 1 });
        var call = TcpCall.WithChannels(wire, "A");
        call.Send(Ca.Clear(257, 1), Ca.Create(2, "B"));
        call.Reply(Ca.Clear(257, 1), Ca.Rights(2), Ca.Created(2, 258));
        call.Close();
        wire.End();

        Assert.That(wire.Of(Operation.Create).Select(create => create.Outcome), Is.All.EqualTo(Outcome.Answered));
    }
}
