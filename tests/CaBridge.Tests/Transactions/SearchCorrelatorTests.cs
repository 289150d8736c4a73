using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Transactions;

[TestFixture]
public sealed class SearchCorrelatorTests
{
    private static readonly Endpoint Client = Wire.Console with { Port = 50_000 };

    [Test]
    public void Reply_answers_the_search()
    {
        var wire = new Wire();
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "A"));
        wire.Datagram(Wire.Ioc, Client, Ca.Sequence(1), Ca.Found(7, 40_123));

        var told = wire.Transactions.Single();
        Assert.That(told.Pv?.Text, Is.EqualTo("A"));
        Assert.That(told with { Pv = null }, Is.EqualTo(new Transaction
        {
            Operation = Operation.Search,
            Outcome = Outcome.Answered,
            Client = Client,
            Server = Wire.Ioc with { Port = 40_123 },
            RequestedAt = Wire.Time(1001),
            Latency = Wire.Milliseconds(1),
            EndedAt = Wire.Time(1002),
            Status = Ca.Normal,
            RequestFrame = 1,
            ReplyFrame = 2,
            Bytes = 24 + 24,
            Tries = 1,
            FanOut = 1,
        }));
    }

    [Test]
    public void Server_is_the_advertised_address_where_there_is_one()
    {
        var wire = new Wire();
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "A"));
        wire.Datagram(Wire.Ioc, Client, Ca.Sequence(1), Ca.Found(7, 5070, address: 0x0A2C_0099));

        Assert.That(wire.Transactions.Single().Server, Is.EqualTo(Endpoint.FromIPv4(0x0A2C_0099, 5070)));
    }

    [Test]
    public void Retries_are_tries_of_one_search([Values] bool haveSequence)
    {
        var wire = new Wire();
        for (var attempt = 1u; attempt <= 3; attempt++)
        {
            wire.Now = 1000 * attempt;
            wire.Datagram(Client, Wire.Broadcast, haveSequence ? [Ca.Sequence(attempt), Ca.Search(7, "A")] : [Ca.Search(7, "A")]);
        }

        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));

        var told = wire.Transactions.Single();
        Assert.That((told.Tries, told.FanOut, told.Latency), Is.EqualTo((3, 1, Wire.Milliseconds(2001))));
        Assert.That(wire.Account(Operation.Search).Requests, Is.EqualTo(1));
    }

    [Test]
    public void Copies_of_one_try_are_its_fan_out()
    {
        var wire = new Wire();
        for (var attempt = 1u; attempt <= 2; attempt++)
        {
            wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(attempt), Ca.Search(7, "A"));
            wire.Datagram(Client, Wire.Ioc, Ca.Sequence(attempt), Ca.Search(7, "A"));
            wire.Datagram(Client, Wire.OtherIoc, Ca.Sequence(attempt), Ca.Search(7, "A"));
        }

        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));

        var told = wire.Transactions.Single();
        Assert.That((told.Tries, told.FanOut), Is.EqualTo((2, 3)));
        var figures = wire.Snapshot().Search;
        Assert.That((figures.Searches, figures.Names, figures.Answered), Is.EqualTo((6, 1, 1)));
    }

    [TestCase(1000, 1)]
    [TestCase(1001, 2)]
    public void Request_within_a_second_of_the_reply_has_crossed_it(int after, int searches)
    {
        var wire = new Wire();
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "A"));
        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));
        wire.Now += after - 1;
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(2), Ca.Search(7, "A"));
        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));
        wire.End();

        Assert.That(wire.Account(Operation.Search), Is.EqualTo(wire.Account(Operation.Search) with { Requests = searches, Answered = searches }));
        Assert.That(wire.Anomalies(AnomalyKind.ReplyDuplicate), Is.EqualTo(2 - searches));
        Assert.That(wire.Transactions, Has.All.Matches<Transaction>(told => told is { Tries: 1, FanOut: 1 }));
    }

    [Test]
    public void Second_server_is_a_duplicate_reply()
    {
        var wire = new Wire();
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "A"));
        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));
        wire.Datagram(Wire.OtherIoc, Client, Ca.Found(7, 5064));
        wire.End();

        Assert.That(wire.Transactions.Single().Server, Is.EqualTo(Wire.Ioc));
        Assert.That(wire.Anomalies(AnomalyKind.ReplyDuplicate), Is.EqualTo(1));
        Assert.That(wire.Messages[^1].Pv, Is.EqualTo("A"));
    }

    [Test]
    public void Reply_to_nobody_is_one_without_request()
    {
        var wire = new Wire();
        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));
        wire.End();

        Assert.That(wire.Transactions.Select(told => (told.Outcome, told.Client, told.Server)), Is.EqualTo([(Outcome.NoRequest, Client, Wire.Ioc)]));
    }

    [Test]
    public void Searches_are_told_apart_by_address_port_and_cid()
    {
        var wire = new Wire();
        Endpoint[] clients = [Client, Client with { Port = 50_001 }, Wire.Archiver with { Port = Client.Port }];
        foreach (var client in clients)
        {
            wire.Datagram(client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "A"), Ca.Search(8, "B"));
        }

        wire.Datagram(Wire.Ioc, clients[2], Ca.Found(7, 5064));
        wire.Datagram(Wire.Ioc, clients[1], Ca.Found(8, 5064));
        wire.End();

        Assert.That(
            wire.Transactions.Take(2).Select(told => (told.Client, told.Pv?.Text)),
            Is.EqualTo([(clients[2], "A"), (clients[1], (string?)"B")]));
        Assert.That(wire.Account(Operation.Search), Is.EqualTo(wire.Account(Operation.Search) with { Requests = 6, Answered = 2, Pending = 4 }));
    }

    [Test]
    public void Cid_with_another_name_is_another_search()
    {
        var wire = new Wire();
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "A"));
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(2), Ca.Search(7, "B"));
        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));

        Assert.That(
            wire.Transactions.Select(told => (told.Pv?.Text, told.Outcome)),
            Is.EqualTo([("A", Outcome.Pending), ((string?)"B", Outcome.Answered)]));
        Assert.That(wire.Anomalies(AnomalyKind.IdReused), Is.EqualTo(1));
        Assert.That(wire.Snapshot().Search.NeverAnswered, Is.EqualTo(["A"]));
    }

    /// <summary>What is counted by cid does not tell of the name that the cid had before, or has now.</summary>
    [Test]
    public void Cid_with_another_name_hides_no_name_without_answer()
    {
        var wire = new Wire();
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "A"));
        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(2), Ca.Search(7, "B"));
        Assert.That(wire.Snapshot().Search.NeverAnswered, Is.EqualTo(["B"]));
        wire.Now += 30_000;
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(3), Ca.Search(7, "C"));
        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(4), Ca.Search(7, "D"));

        foreach (var figures in new[] { wire.Snapshot().Search, wire.End().Search })
        {
            Assert.That(figures.NeverAnswered, Is.EqualTo(["B", "D"]));
            Assert.That((figures.Searches, figures.Names, figures.Answered), Is.EqualTo((4, 4, 1)));
        }

        Assert.That(
            wire.Transactions.Select(told => (told.Pv?.Text, told.Outcome)),
            Is.EqualTo([("A", Outcome.Answered), ("B", Outcome.TimedOut), ("C", Outcome.Answered), ((string?)"D", Outcome.Pending)]));
    }

    [Test]
    public void Cid_with_another_name_hides_no_name_that_was_not_found()
    {
        var wire = new Wire();
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "A", wantsNo: true));
        wire.Datagram(Wire.Ioc, Client, Ca.NotFound(7));
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(2), Ca.Search(7, "B"));
        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));

        Assert.That(wire.End().Search.NeverAnswered, Is.EqualTo(["A"]));
        Assert.That(wire.Transactions.Select(told => told.Outcome), Is.EqualTo([Outcome.Failed, Outcome.Answered]));
    }

    [Test]
    public void Names_never_answered_are_those_that_some_client_got_no_answer_for()
    {
        var wire = new Wire();
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "ZERO"), Ca.Search(8, "ALPHA"), Ca.Search(9, "FOUND"));
        wire.Datagram(Wire.Archiver with { Port = 50_000 }, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "FOUND"), Ca.Search(8, "ALPHA"));
        wire.Datagram(Wire.Ioc, Client, Ca.Found(9, 5064));

        foreach (var figures in new[] { wire.Snapshot().Search, wire.End().Search })
        {
            Assert.That(figures.NeverAnswered, Is.EqualTo(["ALPHA", "FOUND", "ZERO"]));
            Assert.That((figures.Searches, figures.Names, figures.Answered), Is.EqualTo((5, 3, 1)));
        }
    }

    [Test]
    public void Not_found_over_tcp_fails_the_search()
    {
        var wire = new Wire();
        var call = TcpCall.Open(wire);
        call.Send(Ca.Version(), Ca.Search(7, "A", wantsNo: true), Ca.Search(8, "B", wantsNo: true));
        call.Reply(Ca.Version(), Ca.NotFound(7), Ca.FoundOverTcp(8, 5064, 0x0A2C_0016));
        wire.End();

        Assert.That(
            wire.Of(Operation.Search).Select(told => (told.Pv?.Text, told.Outcome, told.Server, told.Status)),
            Is.EqualTo([("A", Outcome.Failed, call.Server, 0u), ((string?)"B", Outcome.Answered, Wire.OtherIoc, Ca.Normal)]));
        Assert.That(wire.Snapshot().Search.Searches, Is.Zero);
    }

    [Test]
    public void Late_reply_has_timed_out()
    {
        var wire = new Wire();
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "A"));
        wire.Now += 30_000;
        wire.Datagram(Wire.Ioc, Client, Ca.Found(7, 5064));

        Assert.That(wire.Transactions.Select(told => (told.Outcome, told.Latency)), Is.EqualTo([(Outcome.TimedOut, Wire.Milliseconds(30_001))]));
        Assert.That(wire.Snapshot().Search.NeverAnswered, Is.Empty);
    }

    [Test]
    public void Search_that_is_silent_for_ten_minutes_is_told_and_forgotten()
    {
        var wire = new Wire();
        wire.Datagram(Client, Wire.Broadcast, Ca.Sequence(1), Ca.Search(7, "A"));
        for (var minute = 1; minute <= 16; minute++)
        {
            wire.Now = minute * 60_000;
            wire.Datagram(Wire.Ioc, Wire.Broadcast, Ca.Beacon((uint)minute));
        }

        Assert.That(wire.Transactions.Select(told => told.Outcome), Is.EqualTo([Outcome.TimedOut]));
        Assert.That(wire.Snapshot().Search.NeverAnswered, Is.EqualTo(["A"]));
        wire.End();
        Assert.That(wire.Transactions, Has.Count.EqualTo(1));
    }
}
