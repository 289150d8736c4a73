using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;
using CsCheck;

namespace CaBridge.Tests.Transactions;

/// <summary>What a channel had open ends with it, not with its circuit. Channels A and B have cids 1 and 2, sids 257 and 258.</summary>
[TestFixture]
public sealed class ChannelEndTests
{
    private static readonly Gen<(int Kind, uint Id)[]> Talk = Gen.Select(Gen.Int[0, 7], Gen.UInt[1, 6], (kind, id) => (kind, id)).Array[1, 60];

    private static readonly byte[][] Requests = [Ca.Get(257, 5), Ca.Put(257, 6), Ca.Read(257, 7), Ca.Subscribe(257, 8)];

    [TestCase("clear")]
    [TestCase("clear without request")]
    [TestCase("clear refused")]
    [TestCase("disconnect")]
    [TestCase("disconnect behind clear")]
    [TestCase("create fails")]
    [TestCase("cid comes again")]
    [TestCase("sid comes again")]
    public void Open_requests_end_with_their_channel(string end)
    {
        var (wire, call) = Start();
        call.Send([.. Requests, Ca.Get(258, 9)]);
        End(call, end);

        Assert.That(
            wire.Transactions.Where(told => told is { Pv.Text: "A", Operation: not Operation.Clear }).Select(told => (told.Operation, told.Outcome)),
            Is.EquivalentTo(
            [
                (Operation.Get, Outcome.CircuitClosed),
                (Operation.Put, Outcome.CircuitClosed),
                (Operation.Read, Outcome.CircuitClosed),
                (Operation.Subscribe, Outcome.CircuitClosed),
            ]));
        call.Reply(Ca.Got(9));
        Assert.That(wire.Transactions[^1], Is.EqualTo(wire.Transactions[^1] with { Operation = Operation.Get, Outcome = Outcome.Answered }));
    }

    [Test]
    public void Reply_between_clear_and_its_echo_still_answers()
    {
        var (wire, call) = Start();
        call.Send([.. Requests, Ca.Clear(257, 1), Ca.Create(1, "C")]);
        call.Reply(Ca.Got(5), Ca.PutDone(6), Ca.ReadDone(1, 7), Ca.Update(8), Ca.Clear(257, 1), Ca.Created(1, 259));

        Assert.That(wire.Transactions.Select(told => told.Outcome), Is.All.EqualTo(Outcome.Answered));
        Assert.That(wire.Transactions, Has.Count.EqualTo(6));
    }

    [Test]
    public void Lost_echo_is_made_up_for_by_the_next_channel_of_the_cid()
    {
        var (wire, call) = Start();
        call.Send(Ca.Get(257, 5), Ca.Clear(257, 1));
        _ = call.FromServer(Ca.Clear(257, 1));
        call.Send(Ca.Create(1, "C"));
        call.Reply(Ca.Rights(1), Ca.Created(1, 300));
        wire.AdvanceTo(wire.Now + 500);

        Assert.That(
            wire.Transactions.Select(told => (told.Operation, told.Outcome)),
            Is.EqualTo([(Operation.Get, Outcome.LostInGap), (Operation.Create, Outcome.Answered)]));
    }

    [Test]
    public void What_waited_longer_than_the_timeout_has_timed_out()
    {
        var (wire, call) = Start();
        call.Send(Ca.Get(257, 5));
        wire.Now += 30_000;
        call.Send(Ca.Get(257, 6));
        call.Reply(Ca.Disconnected(1));

        Assert.That(
            wire.Transactions.Select(told => (told.RequestFrame, told.Outcome)),
            Is.EquivalentTo([(wire.Frame - 2, Outcome.TimedOut), (wire.Frame - 1, Outcome.CircuitClosed)]));
    }

    [Test]
    public void Monitors_of_ended_channels_make_room([Values("clear", "disconnect")] string end)
    {
        var wire = new Wire(new AnalyzerOptions { MaxPending = 2 });
        var call = TcpCall.WithChannels(wire, "A", "B");
        call.Send(Ca.Subscribe(257, 1), Ca.Subscribe(257, 2));
        call.Reply(Ca.Update(1), Ca.Update(2));
        End(call, end);
        wire.Transactions.Clear();
        call.Send(Ca.Subscribe(258, 3));
        call.Reply(Ca.Update(3));

        Assert.That(wire.Transactions.Select(told => told.Outcome), Is.EqualTo([Outcome.Answered]));
    }

    [Test]
    public void Channel_of_a_sid_that_comes_again_makes_room()
    {
        var wire = new Wire(new AnalyzerOptions { MaxChannels = 2 });
        var call = TcpCall.WithChannels(wire, "A");
        foreach (var cid in new[] { 2u, 3u })
        {
            call.Send(Ca.Create(cid, "B"));
            call.Reply(Ca.Created(cid, 257));
        }

        Assert.That(wire.Of(Operation.Create).Select(create => create.Outcome), Is.All.EqualTo(Outcome.Answered));
    }

    /// <summary>Whichever were answered before, in whatever order: what ends is what was open, and no other channel's.</summary>
    [Test]
    public void Exactly_the_open_requests_end() => Talk.Sample(talk =>
    {
        var (wire, call) = Start();
        var open = new SortedSet<uint>();
        var other = new SortedSet<uint>();
        foreach (var (kind, id) in talk)
        {
            switch (kind)
            {
                case 0 or 1:
                    call.Send(Ca.Get(257, id));
                    open.Add(id);
                    other.Remove(id);
                    break;
                case 2:
                    call.Send(Ca.Get(258, id));
                    other.Add(id);
                    open.Remove(id);
                    break;
                case 3:
                    call.Send(Ca.Get(999, id));
                    open.Remove(id);
                    other.Remove(id);
                    break;
                case 4:
                    // nothing of A or B ends, but what was asked is listed
                    call.Send(Ca.Create(3, "C"));
                    call.Reply(Ca.Created(3, 259), Ca.Disconnected(3));
                    break;
                default:
                    call.Reply(Ca.Got(id));
                    open.Remove(id);
                    other.Remove(id);
                    break;
            }
        }

        return EndsExactly(wire, call, 1, open) && EndsExactly(wire, call, 2, other);
    });

    /// <summary>More than are noted until a channel ends; more of the table than the answered ones had is free then.</summary>
    [Test]
    public void Many_requests_end_with_their_channel()
    {
        const uint Many = 20_000;
        var (wire, call) = Start();
        for (var ioid = 0u; ioid < Many; ioid += 2)
        {
            call.Send(Ca.Get(257, ioid), Ca.Get(258, ioid + 1));
        }

        for (var ioid = 0u; ioid < Many; ioid += 4)
        {
            call.Reply(Ca.Got(ioid), Ca.Got(ioid + 1));
        }

        wire.Transactions.Clear();
        call.Reply(Ca.Disconnected(1));

        Assert.That(wire.Transactions.Select(told => told.Outcome), Is.EqualTo(Enumerable.Repeat(Outcome.CircuitClosed, (int)Many / 4)));
        Assert.That(wire.Transactions, Has.All.Matches<Transaction>(told => told is { Pv.Text: "A" }));
        wire.Transactions.Clear();
        call.Reply(Ca.Disconnected(2));
        Assert.That(wire.Transactions, Has.Count.EqualTo((int)Many / 4));
    }

    private static bool EndsExactly(Wire wire, TcpCall call, uint cid, SortedSet<uint> open)
    {
        wire.Transactions.Clear();
        call.Reply(Ca.Disconnected(cid));
        return wire.Transactions.Count == open.Count && wire.Transactions.TrueForAll(told => told.Outcome == Outcome.CircuitClosed);
    }

    private static void End(TcpCall call, string end)
    {
        switch (end)
        {
            case "clear":
                call.Send(Ca.Clear(257, 1));
                call.Reply(Ca.Clear(257, 1));
                break;
            case "clear without request":
                call.Reply(Ca.Clear(257, 1));
                break;
            case "clear refused":
                call.Send(Ca.Clear(257, 1));
                call.Reply(Ca.Error(1, 152, Ca.Clear(257, 1)));
                break;
            case "disconnect":
                call.Reply(Ca.Disconnected(1));
                break;
            case "disconnect behind clear":
                call.Send(Ca.Clear(257, 1));
                call.Reply(Ca.Disconnected(1));
                break;
            case "create fails":
                call.Reply(Ca.CreateFailed(1));
                break;
            case "cid comes again":
                call.Send(Ca.Create(1, "C"));
                call.Reply(Ca.Created(1, 300));
                break;
            case "sid comes again":
                call.Send(Ca.Create(3, "C"));
                call.Reply(Ca.Created(3, 257));
                break;
        }
    }

    private static (Wire Wire, TcpCall Call) Start()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "A", "B");
        wire.Transactions.Clear();
        return (wire, call);
    }
}
