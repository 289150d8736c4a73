using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Transactions;

/// <summary>Ids that collide, come again, or mean two things. Channels A and B have cids 1 and 2, sids 257 and 258.</summary>
[TestFixture]
public sealed class CircuitIdTests
{
    [Test]
    public void Same_ids_of_two_clients_are_different_channels()
    {
        var wire = new Wire();
        var console = TcpCall.Open(wire);
        var archiver = new TcpCall(wire, Wire.Archiver with { Port = 40_000 }, Wire.Ioc);
        wire.Put(archiver.Syn());
        wire.Put(archiver.SynAck());
        foreach (var (call, pv) in new[] { (console, "A"), (archiver, "B") })
        {
            call.Send(Ca.Version(), Ca.Create(1, pv));
        }

        foreach (var call in new[] { archiver, console })
        {
            call.Reply(Ca.Version(), Ca.Rights(1), Ca.Created(1, 257));
        }

        console.Send(Ca.Get(257, 5));
        archiver.Send(Ca.Get(257, 5));
        console.Reply(Ca.Got(5));
        archiver.Reply(Ca.Got(5));

        Assert.That(
            wire.Of(Operation.Get).Select(get => (get.Client, get.Pv?.Text, get.Latency)),
            Is.EqualTo([(console.Client, "A", Wire.Milliseconds(2)), (archiver.Client, (string?)"B", (CaptureDuration?)Wire.Milliseconds(2))]));
    }

    [Test]
    public void Ids_may_be_used_again_in_the_segment_that_clears_them()
    {
        var (wire, call) = Start();
        call.Send(Ca.Clear(257, 1), Ca.Create(1, "C"));
        call.Reply(Ca.Clear(257, 1), Ca.Rights(1), Ca.Created(1, 257));
        call.Send(Ca.Get(257, 5));
        call.Reply(Ca.Got(5));

        Assert.That(
            wire.Transactions.Select(told => (told.Operation, told.Outcome, told.Pv?.Text)),
            Is.EqualTo([(Operation.Clear, Outcome.Answered, "A"), (Operation.Create, Outcome.Answered, "C"), (Operation.Get, Outcome.Answered, (string?)"C")]));
        Assert.That(wire.Anomalies(AnomalyKind.IdReused), Is.Zero);
    }

    [Test]
    public void Sid_may_be_given_to_another_cid_in_the_segment_that_clears_it()
    {
        var (wire, call) = Start();
        call.Send(Ca.Clear(257, 1), Ca.Create(3, "C"));
        call.Reply(Ca.Clear(257, 1), Ca.Rights(3), Ca.Created(3, 257));
        call.Send(Ca.Get(257, 5));

        Assert.That(wire.Messages[^1].Pv, Is.EqualTo("C"));
    }

    [Test]
    public void Cid_may_be_used_again_after_server_disconn()
    {
        var (wire, call) = Start();
        call.Reply(Ca.Disconnected(1));
        call.Send(Ca.Create(1, "C"));
        call.Reply(Ca.Rights(1), Ca.Created(1, 257));
        call.Send(Ca.Get(257, 5));

        Assert.That((wire.Messages[^1].Pv, wire.Anomalies(AnomalyKind.IdReused)), Is.EqualTo(("C", 0)));
    }

    [Test]
    public void Server_disconn_ends_a_create_that_waits()
    {
        var (wire, call) = Start();
        call.Send(Ca.Create(9, "C"));
        call.Reply(Ca.Disconnected(9));

        Assert.That(wire.Transactions.Select(told => told.Outcome), Is.EqualTo([Outcome.CircuitClosed]));
    }

    [Test]
    public void Ioid_used_again_while_it_waits_ends_the_first_request()
    {
        var (wire, call) = Start();
        call.Send(Ca.Get(257, 5));
        call.Send(Ca.Put(258, 5));
        call.Reply(Ca.PutDone(5));
        wire.End();

        Assert.That(
            wire.Transactions.Select(told => (told.Operation, told.Outcome, told.Pv?.Text)),
            Is.EqualTo([(Operation.Get, Outcome.Pending, "A"), (Operation.Put, Outcome.Answered, (string?)"B")]));
        Assert.That(wire.Anomalies(AnomalyKind.IdReused), Is.EqualTo(1));
    }

    [Test]
    public void Reply_of_another_command_does_not_answer()
    {
        var (wire, call) = Start();
        call.Send(Ca.Get(257, 5));
        call.Reply(Ca.PutDone(5));
        call.Reply(Ca.Got(5));

        Assert.That(
            wire.Transactions.Select(told => (told.Operation, told.Outcome)),
            Is.EqualTo([(Operation.Put, Outcome.NoRequest), (Operation.Get, Outcome.Answered)]));
    }

    [Test]
    public void Replies_in_any_order_find_their_requests()
    {
        var (wire, call) = Start();
        call.Send(Ca.Get(257, 5), Ca.Put(258, 6), Ca.Get(258, 7), Ca.Create(9, "C"), Ca.Create(10, "D"));
        call.Reply(Ca.Created(10, 266), Ca.Got(7));
        call.Reply(Ca.Created(9, 265), Ca.PutDone(6), Ca.Got(5));

        Assert.That(
            wire.Transactions.Select(told => (told.Operation, told.Pv?.Text, told.Latency)),
            Is.EqualTo(
            [
                (Operation.Create, "D", Wire.Milliseconds(1)),
                (Operation.Get, "B", Wire.Milliseconds(1)),
                (Operation.Create, "C", Wire.Milliseconds(2)),
                (Operation.Put, "B", Wire.Milliseconds(2)),
                (Operation.Get, (string?)"A", (CaptureDuration?)Wire.Milliseconds(2)),
            ]));
    }

    [Test]
    public void Echoes_are_answered_first_in_first_out()
    {
        var (wire, call) = Start();
        wire.Put(call.FromClient(Ca.Echo()), at: 5_000);
        wire.Put(call.FromClient(Ca.Echo()), at: 5_003);
        wire.Put(call.FromServer(Ca.Echo()), at: 5_004);
        wire.Put(call.FromServer(Ca.Echo()), at: 5_005);
        wire.Put(call.FromServer(Ca.Echo()), at: 5_006);

        Assert.That(
            wire.Transactions.Select(told => (told.Outcome, told.Latency)),
            Is.EqualTo([(Outcome.Answered, Wire.Milliseconds(4)), (Outcome.Answered, Wire.Milliseconds(2)), (Outcome.NoRequest, (CaptureDuration?)null)]));
    }

    [Test]
    public void Read_notify_with_the_id_of_a_subscription_is_a_get()
    {
        var (wire, call) = Start();
        call.Send(Ca.Subscribe(257, 5));
        call.Reply(Ca.Update(5));
        call.Send(Ca.Get(257, 5));
        call.Reply(Ca.Got(5), Ca.Update(5));
        wire.End();

        Assert.That(
            wire.Transactions.Select(told => (told.Operation, told.Outcome)),
            Is.EqualTo([(Operation.Subscribe, Outcome.Answered), (Operation.Get, Outcome.Answered)]));
    }

    [Test]
    public void Only_the_first_update_ends_the_subscribe()
    {
        var (wire, call) = Start();
        call.Send(Ca.Subscribe(257, 5));
        call.Reply(Ca.Update(5), Ca.Update(5));
        call.Reply(Ca.Update(5));

        Assert.That(wire.Transactions, Has.Count.EqualTo(1));
        Assert.That(wire.Messages.TakeLast(3).Select(message => message.Pv), Is.All.EqualTo("A"));
    }

    [TestCase(257u)]
    [TestCase(1u)]
    public void Confirmation_of_event_cancel_is_no_update(uint sid)
    {
        var (wire, call) = Start();
        call.Send(Ca.Create(9, "C"));
        call.Reply(Ca.Created(9, sid));
        wire.Transactions.Clear();
        call.Send(Ca.Subscribe(sid, 5), Ca.Cancel(sid, 5));
        call.Reply(Ca.Cancelled(sid, 5));
        call.Send(Ca.Subscribe(sid, 5));
        call.Reply(Ca.Update(5));
        wire.End();

        Assert.That(wire.Transactions.Select(told => told.Outcome), Is.EqualTo([Outcome.CircuitClosed, Outcome.Answered]));
        Assert.That(wire.Anomalies(AnomalyKind.IdReused), Is.Zero);
    }

    [Test]
    public void Update_that_crosses_event_cancel_is_still_the_first()
    {
        var (wire, call) = Start();
        call.Send(Ca.Subscribe(257, 5), Ca.Cancel(257, 5));
        call.Reply(Ca.Update(5), Ca.Cancelled(257, 5));
        wire.End();

        Assert.That(wire.Transactions.Select(told => told.Outcome), Is.EqualTo([Outcome.Answered]));
    }

    [Test]
    public void Updates_of_a_subscription_from_before_the_recording_are_one_reply_without_request()
    {
        var (wire, call) = Start();
        call.Reply(Ca.Update(70), Ca.Update(70));
        call.Reply(Ca.Update(70), Ca.Update(71));

        Assert.That(wire.Account(Operation.Subscribe).RepliesWithoutRequest, Is.EqualTo(2));
    }

    [Test]
    public void Channel_from_before_the_recording_has_no_name_until_it_is_created_again()
    {
        var wire = new Wire();
        var call = new TcpCall(wire);
        call.Reply(Ca.Rights(1), Ca.Created(1, 257));
        call.Send(Ca.Get(257, 5));
        call.Reply(Ca.Got(5));

        Assert.That(
            wire.Transactions.Select(told => (told.Operation, told.Outcome, told.Pv)),
            Is.EqualTo([(Operation.Create, Outcome.NoRequest, (PvName?)null), (Operation.Get, Outcome.Answered, null)]));
    }

    [Test]
    public void Every_message_about_a_channel_has_its_name()
    {
        var (wire, call) = Start();
        var from = wire.Messages.Count;
        call.Send(Ca.Get(257, 5), Ca.Put(257, 6), Ca.Write(257, 1), Ca.Read(257, 7), Ca.Subscribe(257, 8));
        call.Reply(Ca.Got(5), Ca.PutDone(6), Ca.ReadDone(1, 7), Ca.Update(8), Ca.Error(1, 152, Ca.Write(257, 1)), Ca.Rights(1, 1));
        call.Send(Ca.Cancel(257, 8), Ca.Clear(257, 1));
        call.Reply(Ca.Cancelled(257, 8), Ca.Clear(257, 1));

        Assert.That(wire.Messages.Skip(from).Select(message => message.Pv), Is.EqualTo(Enumerable.Repeat("A", 15)));
    }

    /// <summary>A circuit with channels A and B, whose own transactions are forgotten.</summary>
    private static (Wire Wire, TcpCall Call) Start()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "A", "B");
        wire.Transactions.Clear();
        return (wire, call);
    }
}
