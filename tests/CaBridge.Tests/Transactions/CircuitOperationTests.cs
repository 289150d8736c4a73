using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Transactions;

/// <summary>What becomes of one request, for every operation of a circuit. Channel A has cid 1 and sid 257.</summary>
[TestFixture]
public sealed class CircuitOperationTests
{
    private static readonly (Operation Operation, string? Pv, byte[] Request, byte[] Reply)[] Answers =
    [
        (Operation.Create, "C", Ca.Create(9, "C"), Ca.Created(9, 300)),
        (Operation.Get, "A", Ca.Get(257, 5), Ca.Got(5)),
        (Operation.Get, "A", Ca.Get(257, 5, count: 100_000), Ca.GotArray(5, 70)),
        (Operation.Put, "A", Ca.Put(257, 5), Ca.PutDone(5)),
        (Operation.Subscribe, "A", Ca.Subscribe(257, 5), Ca.Update(5)),
        (Operation.Echo, null, Ca.Echo(), Ca.Echo()),
        (Operation.Echo, null, Ca.ReadSync(), Ca.ReadSync()),
        (Operation.Clear, "A", Ca.Clear(257, 1), Ca.Clear(257, 1)),
        (Operation.Read, "A", Ca.Read(257, 5), Ca.ReadDone(1, 5)),
    ];

    private static readonly (Operation Operation, byte[] Request, byte[] Reply)[] Failures =
    [
        (Operation.Get, Ca.Get(257, 5), Ca.Got(5, status: 152)),
        (Operation.Get, Ca.Get(257, 5), Ca.Message(CaCommand.ReadNotify, 152, 5, Ca.Double, 1)),
        (Operation.Put, Ca.Put(257, 5), Ca.PutDone(5, status: 152)),
        (Operation.Subscribe, Ca.Subscribe(257, 5), Ca.Update(5, status: 152)),
        (Operation.Subscribe, Ca.Subscribe(257, 5), Ca.Message(CaCommand.EventAdd, 152, 5, Ca.Double, 1)),
        (Operation.Get, Ca.Get(257, 5), Ca.Error(1, 152, Ca.Get(257, 5))),
        (Operation.Get, Ca.Get(257, 5, count: 100_000), Ca.Error(1, 152, Ca.Get(257, 5, count: 100_000))),
        (Operation.Put, Ca.Put(257, 5), Ca.Error(1, 152, Ca.Put(257, 5))),
        (Operation.Read, Ca.Read(257, 5), Ca.Error(1, 152, Ca.Read(257, 5))),
        (Operation.Subscribe, Ca.Subscribe(257, 5), Ca.Error(1, 152, Ca.Subscribe(257, 5))),
        (Operation.Create, Ca.Create(9, "C"), Ca.Error(9, 152, Ca.Create(9, "C"))),
        (Operation.Clear, Ca.Clear(257, 1), Ca.Error(1, 152, Ca.Clear(257, 1))),
    ];

    public static IEnumerable<TestCaseData> AnswerCases => Answers.Select((one, i) => new TestCaseData(i).SetArgDisplayNames($"{one.Operation} {i}"));

    public static IEnumerable<TestCaseData> FailureCases => Failures.Select((one, i) => new TestCaseData(i).SetArgDisplayNames($"{one.Operation} {i}"));

    [TestCaseSource(nameof(AnswerCases))]
    public void Reply_answers(int index)
    {
        var (operation, pv, request, reply) = Answers[index];
        var (wire, call) = Start();
        wire.Put(call.FromClient(request), at: 5_000);
        wire.Put(call.FromServer(reply), at: 5_007.25);

        var told = wire.Transactions.Single();
        Assert.That(told.Pv?.Text, Is.EqualTo(pv));
        Assert.That(told with { Pv = null }, Is.EqualTo(new Transaction
        {
            Operation = operation,
            Outcome = Outcome.Answered,
            Client = call.Client,
            Server = call.Server,
            RequestedAt = Wire.Time(5_000),
            Latency = Wire.Milliseconds(7.25),
            Network = Wire.Milliseconds(1),
            EndedAt = Wire.Time(5_007.25),
            Status = Ca.Normal,
            RequestFrame = wire.Frame - 1,
            ReplyFrame = wire.Frame,
            Bytes = request.Length + reply.Length,
            Tries = 1,
            FanOut = 1,
        }));
        wire.End();
        Assert.That(wire.Transactions, Has.Count.EqualTo(1));
    }

    [TestCaseSource(nameof(FailureCases))]
    public void Status_or_error_fails(int index)
    {
        var (operation, request, reply) = Failures[index];
        var (wire, call) = Start();
        call.Send(request);
        call.Reply(reply);
        wire.End();

        var told = wire.Transactions.Single();
        Assert.That((told.Operation, told.Outcome, told.Status, told.Latency), Is.EqualTo((operation, Outcome.Failed, 152u, Wire.Milliseconds(1))));
        Assert.That(told.Pv?.Text, Is.EqualTo(operation == Operation.Create ? "C" : "A"));
    }

    [Test]
    public void Error_that_is_split_between_segments_fails_its_request()
    {
        var error = Ca.Error(1, 152, Ca.Get(257, 5));
        for (var at = 1; at < error.Length; at++)
        {
            var (wire, call) = Start();
            call.Send(Ca.Get(257, 5));
            call.Reply(error[..at]);
            call.Reply(error[at..]);

            Assert.That(wire.Transactions.Select(told => (told.Outcome, told.Status)), Is.EqualTo([(Outcome.Failed, 152u)]), $"split at {at}");
        }
    }

    [Test]
    public void Create_ch_fail_fails_the_create()
    {
        var (wire, call) = Start();
        call.Send(Ca.Create(9, "C"));
        call.Reply(Ca.CreateFailed(9));

        var told = wire.Transactions.Single();
        Assert.That((told.Operation, told.Outcome, told.Pv?.Text, told.HasReply), Is.EqualTo((Operation.Create, Outcome.Failed, "C", true)));
        Assert.That(told.Status, Is.Zero);
    }

    [TestCaseSource(nameof(AnswerCases))]
    public void Request_without_reply_is_pending_until_the_timeout(int index)
    {
        foreach (var (until, outcome) in new[] { (35_000.0, Outcome.Pending), (35_001.0, Outcome.TimedOut) })
        {
            var (wire, call) = Start();
            wire.Put(call.FromClient(Answers[index].Request), at: 5_000);
            wire.Datagram(Wire.Ioc, Wire.Broadcast, Ca.Beacon(1));
            wire.Now = until - 1;
            wire.Datagram(Wire.Ioc, Wire.Broadcast, Ca.Beacon(2));
            wire.End();

            var told = wire.Transactions.Single();
            Assert.That((told.Operation, told.Outcome, told.Latency, told.ReplyFrame), Is.EqualTo((Answers[index].Operation, outcome, (CaptureDuration?)null, 0L)));
        }
    }

    [TestCaseSource(nameof(AnswerCases))]
    public void Reply_after_the_timeout_is_late(int index)
    {
        var (wire, call) = Start();
        wire.Put(call.FromClient(Answers[index].Request), at: 5_000);
        wire.Put(call.FromServer(Answers[index].Reply), at: 35_001);
        wire.End();

        var told = wire.Transactions.Single();
        Assert.That((told.Outcome, told.Latency, told.HasReply), Is.EqualTo((Outcome.TimedOut, Wire.Milliseconds(30_001), false)));
        Assert.That(wire.Anomalies(AnomalyKind.ReplyLate), Is.EqualTo(1));
    }

    [TestCaseSource(nameof(AnswerCases))]
    public void End_of_the_circuit_ends_the_request(int index)
    {
        var (wire, call) = Start();
        call.Send(Answers[index].Request);
        call.Close();

        Assert.That(wire.Transactions.Single().Outcome, Is.EqualTo(Outcome.CircuitClosed));
    }

    /// <summary>The next request acknowledges what the capture does not have.</summary>
    [TestCaseSource(nameof(AnswerCases))]
    public void Lost_reply_is_lost_in_a_gap(int index)
    {
        var (wire, call) = Start();
        call.Send(Answers[index].Request);
        _ = call.FromServer(Answers[index].Reply);
        call.Send(Ca.Get(258, 70));
        call.Reply(Ca.Got(70));
        wire.End();

        Assert.That(
            wire.Transactions.Select(told => (told.Operation, told.Pv?.Text, told.Outcome, told.Latency)).Order(),
            Is.EqualTo(new[]
            {
                (Operation.Get, (string?)"B", Outcome.Answered, (CaptureDuration?)Wire.Milliseconds(1)),
                (Answers[index].Operation, Answers[index].Pv, Outcome.LostInGap, null),
            }.Order()));
        Assert.That(wire.Anomalies(AnomalyKind.TcpGap), Is.EqualTo(1));
    }

    /// <summary>Nothing but an ACK without data tells of the reply, and nobody speaks afterwards.</summary>
    [TestCaseSource(nameof(AnswerCases))]
    public void Lost_reply_that_was_acknowledged_is_lost_in_a_gap(int index)
    {
        foreach (var ending in new Action<Wire, TcpCall>[]
        {
            (_, _) => { },
            (_, call) => call.Close(),
            (wire, call) => wire.Put(call.FromClient(TcpFlags.Rst)),
            (wire, _) => wire.Put(new TcpCall(wire, Wire.Console with { Port = 40_000 }, Wire.Ioc, clientIsn: 7_000_000).Syn()),
        })
        {
            var (wire, call) = Start();
            call.Send(Answers[index].Request);
            _ = call.FromServer(Answers[index].Reply);
            wire.Put(call.FromClient(TcpFlags.Ack));
            wire.Now += 60_000;
            ending(wire, call);
            wire.End();

            Assert.That(wire.Transactions.Single(told => told.Operation != Operation.Connect).Outcome, Is.EqualTo(Outcome.LostInGap));
            Assert.That(wire.Anomalies(AnomalyKind.TcpGap), Is.EqualTo(1));
        }
    }

    [Test]
    public void Acknowledged_fin_is_no_gap()
    {
        var (wire, call) = Start();
        call.Send(Ca.Get(257, 5));
        _ = call.FromServer(TcpFlags.Fin | TcpFlags.Ack);
        wire.Put(call.FromClient(TcpFlags.Ack));
        wire.End();

        Assert.That(wire.Transactions.Single().Outcome, Is.EqualTo(Outcome.Pending));
        Assert.That(wire.Anomalies(AnomalyKind.TcpGap), Is.Zero);
    }

    [TestCaseSource(nameof(AnswerCases))]
    public void Lost_request_leaves_a_reply_without_one(int index)
    {
        var (wire, call) = Start();
        _ = call.FromClient(Answers[index].Request);
        call.Reply(Answers[index].Reply);
        wire.End();

        var told = wire.Transactions.Single();
        Assert.That((told.Operation, told.Outcome, told.Latency, told.RequestFrame), Is.EqualTo((Answers[index].Operation, Outcome.NoRequest, (CaptureDuration?)null, 0L)));
        Assert.That(wire.Account(told.Operation).RepliesWithoutRequest, Is.EqualTo(1));
    }

    [Test]
    public void Request_after_the_gap_is_not_lost_in_it()
    {
        var (wire, call) = Start();
        _ = call.FromServer(Ca.Rights(1));
        call.Send(Ca.Echo());
        call.Reply(Ca.Echo());
        wire.AdvanceTo(wire.Now + 500);
        call.Send(Ca.Get(257, 5));
        wire.End();

        Assert.That(wire.Of(Operation.Get).Single().Outcome, Is.EqualTo(Outcome.Pending));
    }

    /// <summary>64 MiB and 3 bytes are not in the capture: nothing tells where messages begin behind them, but a segment that is a whole one.</summary>
    [Test]
    public void Step_of_the_sequence_numbers_costs_no_later_reply()
    {
        var (wire, call) = Start();
        for (var i = 0; i < 1024; i++)
        {
            _ = call.FromServer(TcpFlags.Ack, new byte[1 << 16]);
        }

        _ = call.FromServer(TcpFlags.Ack, new byte[3]);
        for (var ioid = 5u; ioid < 8; ioid++)
        {
            call.Send(Ca.Get(257, ioid));
            call.Reply(Ca.Got(ioid));
        }

        wire.End();

        Assert.That(wire.Of(Operation.Get).Select(get => get.Outcome), Is.EqualTo(Enumerable.Repeat(Outcome.Answered, 3)));
    }

    [Test]
    public void Bytes_of_a_direction_that_was_cut_are_counted()
    {
        var (wire, call) = Start();
        wire.PutCut(call.FromServer(Ca.GotArray(5, 10)), missingBytes: 60);
        call.Reply(Ca.Got(6));
        wire.PutCut(call.FromServer(Ca.Got(7)), missingBytes: 8);
        wire.End();

        Assert.That(wire.Anomalies(AnomalyKind.CircuitCut), Is.EqualTo(1));
        Assert.That(wire.AnomalyBytes(AnomalyKind.CircuitCut), Is.EqualTo(Ca.GotArray(5, 10).Length + (2 * Ca.Got(6).Length)));
    }

    [Test]
    public void Bytes_behind_a_gap_that_were_not_believed_are_counted()
    {
        var (wire, call) = Start();
        _ = call.FromServer(Ca.Got(5));
        call.Send(Ca.EventsOn());
        call.Reply(Ca.Got(70), Ca.Got(71));
        wire.End();

        Assert.That(wire.Of(Operation.Get), Is.Empty);
        Assert.That(wire.AnomalyBytes(AnomalyKind.MessageResync), Is.EqualTo(2 * Ca.Got(70).Length));
    }

    [Test]
    public void Gap_within_a_name_invents_no_name()
    {
        var (wire, call) = Start();
        foreach (var request in new[] { Ca.Create(9, "LINAC:BPM4:POSITION:X"), Ca.Search(3, "LINAC:BPM4:POSITION:Y") })
        {
            wire.Put(call.FromClient(request[..24]));
            _ = call.FromClient(request[24..32]);
            wire.Put(call.FromClient(request[32..]));
        }

        call.Reply(Ca.Created(9, 300));
        call.Send(Ca.Get(300, 5));
        call.Reply(Ca.Got(5));
        wire.End();

        Assert.That(
            wire.Transactions.Select(told => (told.Operation, told.Outcome, told.Pv)),
            Is.EqualTo([(Operation.Create, Outcome.Answered, (PvName?)null), (Operation.Get, Outcome.Answered, null)]));
        Assert.That(wire.Messages.Where(message => message.HasGap).Select(message => message.Pv), Is.EqualTo(new string?[] { null, null }));
    }

    [Test]
    public void Gap_behind_a_name_leaves_the_name()
    {
        var (wire, call) = Start();
        var create = Ca.Create(9, "C");
        var padded = Ca.Message(CaCommand.CreateChan, 9, Ca.Minor, payload: [.. create[16..], .. new byte[16]]);
        wire.Put(call.FromClient(padded[..24]));
        _ = call.FromClient(padded[24..32]);
        wire.Put(call.FromClient(padded[32..]));
        call.Reply(Ca.Created(9, 300));
        wire.End();

        Assert.That(wire.Of(Operation.Create).Select(told => told.Pv?.Text), Is.EqualTo(["C"]));
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
