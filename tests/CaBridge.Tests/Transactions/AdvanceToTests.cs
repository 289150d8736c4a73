using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Transactions;

/// <summary>A host that follows live traffic tells the time: what waits too long is told then, not when the circuit ends.</summary>
[TestFixture]
public sealed class AdvanceToTests
{
    private static readonly (Operation Operation, byte[] Request, byte[] Reply)[] All =
    [
        (Operation.Create, Ca.Create(9, "C"), Ca.Created(9, 300)),
        (Operation.Get, Ca.Get(257, 5), Ca.Got(5)),
        (Operation.Put, Ca.Put(257, 6), Ca.PutDone(6)),
        (Operation.Subscribe, Ca.Subscribe(257, 7), Ca.Update(7)),
        (Operation.Echo, Ca.Echo(), Ca.Echo()),
        (Operation.Clear, Ca.Clear(257, 1), Ca.Clear(257, 1)),
        (Operation.Read, Ca.Read(257, 8), Ca.ReadDone(1, 8)),
    ];

    [Test]
    public void Requests_time_out_when_their_time_is_over()
    {
        var (wire, call) = Start();
        wire.Put(call.FromClient([.. All.Select(one => one.Request)]), at: 5_000);
        wire.AdvanceTo(35_000);
        Assert.That(wire.Transactions, Is.Empty);

        wire.AdvanceTo(36_000);

        Assert.That(
            wire.Transactions.Select(told => (told.Operation, told.Outcome, told.Latency)),
            Is.EquivalentTo(All.Select(one => (one.Operation, Outcome.TimedOut, (CaptureDuration?)null))));
        wire.AdvanceTo(90_000);
        wire.End();
        Assert.That(wire.Transactions, Has.Count.EqualTo(All.Length));
        Assert.That(wire.Snapshot().Operations.Select(account => account.Holds), Is.All.True);
    }

    [Test]
    public void Reply_after_that_is_late_and_answers_nothing([Range(0, 6)] int index)
    {
        var (wire, call) = Start();
        call.Send(All[index].Request);
        wire.AdvanceTo(wire.Now + 40_000);
        call.Reply(All[index].Reply);
        wire.End();

        Assert.That(wire.Transactions.Select(told => (told.Operation, told.Outcome)), Is.EqualTo([(All[index].Operation, Outcome.TimedOut)]));
        Assert.That(wire.Anomalies(AnomalyKind.ReplyLate), Is.EqualTo(1));
        Assert.That(wire.Account(All[index].Operation).Holds, Is.True);
    }

    [Test]
    public void Late_echo_shifts_no_other()
    {
        var (wire, call) = Start();
        call.Send(Ca.Echo());
        wire.AdvanceTo(wire.Now + 40_000);
        call.Send(Ca.Echo());
        call.Reply(Ca.Echo());
        call.Reply(Ca.Echo());
        wire.End();

        Assert.That(
            wire.Of(Operation.Echo).Select(told => (told.Outcome, told.Latency)),
            Is.EqualTo([(Outcome.TimedOut, (CaptureDuration?)null), (Outcome.Answered, Wire.Milliseconds(2))]));
    }

    [Test]
    public void Id_may_be_used_again_after_that()
    {
        var (wire, call) = Start();
        call.Send(Ca.Get(257, 5));
        wire.AdvanceTo(wire.Now + 40_000);
        call.Send(Ca.Get(257, 5));
        call.Reply(Ca.Got(5));
        wire.End();

        Assert.That(wire.Of(Operation.Get).Select(told => told.Outcome), Is.EqualTo([Outcome.TimedOut, Outcome.Answered]));
    }

    [Test]
    public void Reply_that_was_lost_and_acknowledged_is_lost_in_a_gap()
    {
        var (wire, call) = Start();
        call.Send(Ca.Get(257, 5));
        _ = call.FromServer(Ca.Got(5));
        wire.Put(call.FromClient(TcpFlags.Ack));
        wire.AdvanceTo(wire.Now + 40_000);

        Assert.That(wire.Transactions.Select(told => told.Outcome), Is.EqualTo([Outcome.LostInGap]));
    }

    [Test]
    public void Syn_without_answer_times_out_and_a_late_one_is_counted()
    {
        var wire = new Wire();
        var call = new TcpCall(wire);
        wire.Put(call.Syn());
        wire.AdvanceTo(wire.Now + 40_000);
        Assert.That(wire.Transactions.Select(told => (told.Operation, told.Outcome)), Is.EqualTo([(Operation.Connect, Outcome.TimedOut)]));

        wire.Put(call.SynAck());
        call.Send(Ca.Version(), Ca.ClientName());
        wire.End();

        Assert.That(wire.Transactions, Has.Count.EqualTo(1));
        Assert.That(wire.Anomalies(AnomalyKind.ReplyLate), Is.EqualTo(1));
    }

    /// <summary>Behind a hole both connections hold their ends: the first to go must not hide the second from the walk.</summary>
    [Test]
    public void Every_circuit_is_walked_though_one_ends()
    {
        var wire = new Wire();
        for (ushort port = 1; port <= 3; port++)
        {
            var call = TcpCall.Open(wire, port);
            call.Send(Ca.Version(), Ca.Create(1, "A"));
            _ = call.FromClient(Ca.Get(257, 1));
            wire.Put(call.FromServer(TcpFlags.Fin | TcpFlags.Ack, Ca.Rights(1)));
            wire.Put(call.FromClient(TcpFlags.Fin | TcpFlags.Ack, Ca.Echo()));
        }

        wire.AdvanceTo(wire.Now + 5_000);

        Assert.That(wire.Of(Operation.Create).Select(create => create.Outcome), Is.EqualTo(Enumerable.Repeat(Outcome.CircuitClosed, 3)));
    }

    private static (Wire Wire, TcpCall Call) Start()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "A");
        wire.Transactions.Clear();
        return (wire, call);
    }
}
