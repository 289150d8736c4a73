using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Tcp;

/// <summary>When a connection begins and ends, and when another one of the same endpoints does.</summary>
[TestFixture]
public sealed class CircuitLifetimeTests
{
    private const uint SecondIsn = 5_000_000;

    [Test]
    public void Handshake_is_the_connect_operation()
    {
        var wire = new Wire();
        var call = TcpCall.Open(wire);
        call.Send(Ca.Version());
        var snapshot = wire.End();

        Assert.That(snapshot.Circuits, Is.EqualTo(1));
        Assert.That(wire.Of(Operation.Connect).Single(), Is.EqualTo(new Transaction
        {
            Operation = Operation.Connect,
            Outcome = Outcome.Answered,
            Client = call.Client,
            Server = call.Server,
            RequestedAt = Wire.Time(1001),
            Latency = Wire.Milliseconds(1),
            EndedAt = Wire.Time(1002),
            Status = Ca.Normal,
            RequestFrame = 1,
            ReplyFrame = 2,
            Tries = 1,
            FanOut = 1,
        }));
    }

    [Test]
    public void Repeated_syn_is_a_try_and_one_recorded_twice_is_not()
    {
        var wire = new Wire();
        var call = new TcpCall(wire);
        var syn = call.Syn();
        wire.Put(syn, 1000);
        wire.Put(syn, 1000.1);
        wire.Put(call.Syn(), 2000);
        wire.Put(call.SynAck(), 2001);
        call.Send(Ca.Version(), Ca.ClientName());
        wire.End();

        var connect = wire.Of(Operation.Connect).Single();
        Assert.That((connect.Tries, connect.Latency), Is.EqualTo((2, Wire.Milliseconds(1001))));
        Assert.That(wire.Snapshot().Circuits, Is.EqualTo(1));
    }

    [Test]
    public void Refused_connection_has_failed()
    {
        var wire = new Wire();
        var call = new TcpCall(wire);
        wire.Put(call.Syn());
        wire.Put(call.FromServer(TcpFlags.Rst | TcpFlags.Ack));
        wire.End();

        Assert.That(
            wire.Of(Operation.Connect).Select(connect => (connect.Outcome, connect.Latency, connect.Status)),
            Is.EqualTo([(Outcome.Failed, Wire.Milliseconds(1), 0u)]));
        Assert.That(wire.Snapshot().Circuits, Is.Zero);
    }

    [TestCase(20_000, Outcome.Pending)]
    [TestCase(40_000, Outcome.TimedOut)]
    public void Syn_without_answer_at_the_port_of_servers_is_told(double until, Outcome outcome)
    {
        var wire = new Wire();
        wire.Put(new TcpCall(wire).Syn());
        wire.Datagram(Wire.Ioc, Wire.Broadcast, Ca.Beacon(1));
        wire.Now = until;
        wire.Datagram(Wire.Ioc, Wire.Broadcast, Ca.Beacon(2));
        wire.End();

        Assert.That(wire.Of(Operation.Connect).Select(connect => connect.Outcome), Is.EqualTo([outcome]));
    }

    [Test]
    public void Missing_syn_ack_still_tells_where_both_streams_begin()
    {
        var wire = new Wire();
        var call = new TcpCall(wire);
        wire.Put(call.Syn());
        _ = call.SynAck();
        wire.Put(call.FromClient(TcpFlags.Ack));
        call.Send(Ca.Version(), Ca.Create(1, "A"));
        call.Reply(Ca.Version(), Ca.Rights(1), Ca.Created(1, 257));
        wire.End();

        Assert.That(wire.Of(Operation.Connect).Single().Outcome, Is.EqualTo(Outcome.LostInGap));
        Assert.That(wire.Of(Operation.Create).Single().Outcome, Is.EqualTo(Outcome.Answered));
        Assert.That(wire.Anomalies(AnomalyKind.CircuitMidStream), Is.Zero);
    }

    [Test]
    public void Missing_syn_leaves_the_connect_without_request()
    {
        var wire = new Wire();
        var call = new TcpCall(wire);
        _ = call.Syn();
        wire.Put(call.SynAck());
        call.Send(Ca.Version(), Ca.Create(1, "A"));
        call.Reply(Ca.Version(), Ca.Rights(1), Ca.Created(1, 257));
        wire.End();

        Assert.That(wire.Of(Operation.Connect).Select(connect => (connect.Outcome, connect.Latency)), Is.EqualTo([(Outcome.NoRequest, (CaptureDuration?)null)]));
        Assert.That(wire.Of(Operation.Create).Single().Outcome, Is.EqualTo(Outcome.Answered));
        Assert.That(wire.Anomalies(AnomalyKind.CircuitMidStream), Is.Zero);
    }

    [Test]
    public void New_syn_ends_the_old_circuit_and_its_requests()
    {
        var wire = new Wire();
        var old = TcpCall.WithChannels(wire, "A");
        old.Send(Ca.Get(257, 5));
        var reused = new TcpCall(wire, old.Client, old.Server, SecondIsn, SecondIsn);
        wire.Put(reused.Syn());
        wire.Put(reused.SynAck());
        Assert.That(wire.Of(Operation.Get).Select(get => get.Outcome), Is.EqualTo([Outcome.CircuitClosed]));

        reused.Send(Ca.Version(), Ca.Create(1, "B"));
        reused.Reply(Ca.Version(), Ca.Rights(1), Ca.Created(1, 257));
        reused.Send(Ca.Get(257, 5));
        reused.Reply(Ca.Got(5));
        wire.End();

        Assert.That(wire.Of(Operation.Get).Select(get => (get.Outcome, get.Pv?.Text)), Is.EqualTo([(Outcome.CircuitClosed, "A"), (Outcome.Answered, (string?)"B")]));
        Assert.That(wire.Snapshot().Circuits, Is.EqualTo(2));
        Assert.That(wire.Of(Operation.Connect), Has.Count.EqualTo(2));
    }

    [Test]
    public void Fin_of_both_sides_closes_and_late_retransmissions_open_nothing()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "A");
        call.Send(Ca.Get(257, 5));
        var last = call.FromServer(Ca.Rights(1));
        wire.Put(last);
        call.Close();
        var frames = wire.Frame;
        wire.Put(last, wire.Now + 100);
        wire.Put(last, wire.Now + 60_000);
        wire.Put(last, wire.Now + 60_000);
        wire.End();

        Assert.That(wire.Snapshot().Circuits, Is.EqualTo(1));
        Assert.That(wire.Messages.Max(message => message.Frame), Is.LessThan(frames));
        Assert.That(wire.Of(Operation.Get).Single().Outcome, Is.EqualTo(Outcome.CircuitClosed));
    }

    [Test]
    public void Reset_closes()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "A");
        call.Send(Ca.Get(257, 5));
        wire.Put(call.FromServer(TcpFlags.Rst));
        Assert.That(wire.Of(Operation.Get).Single().Outcome, Is.EqualTo(Outcome.CircuitClosed));

        call.Send(Ca.Get(257, 6));
        wire.End();

        Assert.That(wire.Of(Operation.Get), Has.Count.EqualTo(1));
    }

    [Test]
    public void Syn_after_a_lone_reset_begins_a_circuit()
    {
        var wire = new Wire();
        wire.Put(new TcpCall(wire).FromServer(TcpFlags.Rst));
        var call = TcpCall.WithChannels(wire, "A");
        call.Close();
        wire.End();

        Assert.That(wire.Snapshot().Circuits, Is.EqualTo(1));
        Assert.That(wire.Of(Operation.Create).Single().Outcome, Is.EqualTo(Outcome.Answered));
    }

    [Test]
    public void Circuit_seen_from_its_middle_is_counted_as_such()
    {
        var wire = new Wire();
        var call = new TcpCall(wire);
        call.Send(Ca.Get(257, 5));
        call.Reply(Ca.Got(5));
        call.Send(Ca.Get(257, 6));
        wire.End();

        Assert.That(wire.Anomalies(AnomalyKind.CircuitMidStream), Is.EqualTo(1));
        Assert.That(wire.Of(Operation.Get).Select(get => (get.Outcome, get.Pv)), Is.EqualTo([(Outcome.Answered, (PvName?)null), (Outcome.Pending, null)]));
    }

    [Test]
    public void Circuit_that_was_silent_longest_makes_room()
    {
        var wire = new Wire(new AnalyzerOptions { MaxCircuits = 2 });
        var first = TcpCall.Open(wire, 1);
        first.Send(Ca.Version(), Ca.Create(1, "A"));
        var second = TcpCall.Open(wire, 2);
        second.Send(Ca.Version(), Ca.Create(1, "B"));
        first.Reply(Ca.Version());
        TcpCall.Open(wire, 3).Send(Ca.Version(), Ca.Create(1, "C"));

        Assert.That(wire.Of(Operation.Create).Select(create => (create.Outcome, create.Pv?.Text)), Is.EqualTo([(Outcome.Pending, "B")]));
        Assert.That(wire.Anomalies(AnomalyKind.TableEvicted), Is.EqualTo(1));
        wire.End();
        Assert.That(wire.Account(Operation.Create), Is.EqualTo(wire.Account(Operation.Create) with { Requests = 3, Pending = 3 }));
    }

    [Test]
    public void Circuit_that_fell_silent_is_forgotten_and_not_evicted()
    {
        var wire = new Wire();
        TcpCall.Open(wire, 1).Send(Ca.Version(), Ca.Create(1, "A"));
        wire.Now += 601_000;
        TcpCall.Open(wire, 2).Send(Ca.Version(), Ca.Create(1, "B"));

        Assert.That(wire.Of(Operation.Create).Select(create => (create.Outcome, create.Pv?.Text)), Is.EqualTo([(Outcome.TimedOut, "A")]));
        Assert.That(wire.Anomalies(AnomalyKind.TableEvicted), Is.Zero);
    }

    [Test]
    public void Every_frame_recorded_twice_changes_nothing_but_the_count()
    {
        var once = new Wire();
        var twice = new Wire();
        Tell(once, copies: 1);
        Tell(twice, copies: 2);

        Assert.That(twice.Transactions.Select(Plain), Is.EqualTo(once.Transactions.Select(Plain)));
        Assert.That(twice.Commands(Sender.Server), Is.EqualTo(once.Commands(Sender.Server)));
        Assert.That(twice.Anomalies(AnomalyKind.DuplicateFrame), Is.EqualTo(once.Frame));
        Assert.That(once.Anomalies(AnomalyKind.DuplicateFrame), Is.Zero);

        static (Operation Operation, Outcome Outcome, string? Pv, CaptureTime RequestedAt, CaptureDuration? Latency, int Tries) Plain(Transaction transaction) =>
            (transaction.Operation, transaction.Outcome, transaction.Pv?.Text, transaction.RequestedAt, transaction.Latency, transaction.Tries);
    }

    private static void Tell(Wire wire, int copies)
    {
        var call = new TcpCall(wire);
        var at = 1000;
        foreach (var frame in (WireFrame[])
        [
            WireFrame.Udp(Wire.Console with { Port = 50_000 }, Wire.Broadcast, wire.NextIpId(), Ca.Join(Ca.Sequence(1), Ca.Search(1, "A"))),
            WireFrame.Udp(Wire.Ioc, Wire.Console with { Port = 50_000 }, wire.NextIpId(), Ca.Join(Ca.Sequence(1), Ca.Found(1, 5064))),
            call.Syn(),
            call.SynAck(),
            call.FromClient(TcpFlags.Ack),
            call.FromClient(Ca.Version(), Ca.Create(1, "A")),
            call.FromServer(Ca.Version(), Ca.Rights(1), Ca.Created(1, 257)),
            call.FromClient(Ca.Get(257, 1), Ca.Echo()),
            call.FromServer(Ca.Got(1), Ca.Echo()),
            call.FromClient(TcpFlags.Fin | TcpFlags.Ack),
        ])
        {
            at++;
            for (var copy = 0; copy < copies; copy++)
            {
                wire.Put(frame, at + (0.25 * copy));
            }
        }

        wire.End();
    }
}
