using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;
using CsCheck;

namespace CaBridge.Tests.Transactions;

/// <summary>
/// Whatever is said and lost: each request that was seen ends exactly once, and what the handler was told is what the books say.
/// </summary>
[TestFixture]
public sealed class AccountingTests
{
    private const int Kinds = 26;
    private const int Stories = 1_000;

    /// <summary>Of 20: one segment is lost, one comes twice, one is held back behind the next; one step in 40 closes or begins the connection anew.</summary>
    private static readonly Gen<(int Kind, uint Id, int Fate)[]> Story =
        Gen.Select(Gen.Int[0, Kinds], Gen.UInt[1, 4], Gen.Int[0, 39], (kind, id, fate) => (kind, id, fate)).Array[1, 120];

    [Test]
    public void Books_balance_whatever_is_said_and_lost() => Story.Sample(story => Balances(Tell(story, new AnalyzerOptions())), iter: Stories);

    [Test]
    public void Books_balance_where_every_table_is_too_small() => Story.Sample(
        story => Balances(Tell(story, new AnalyzerOptions { MaxCircuits = 2, MaxSearches = 2, MaxOutOfOrderBytes = 64, MaxNames = 1 })),
        iter: Stories);

    [Test]
    public void Books_balance_where_everything_is_late() => Story.Sample(
        story => Balances(Tell(story, new AnalyzerOptions { Timeout = CaptureDuration.FromMilliseconds(1) })),
        iter: Stories);

    [Test]
    public void Books_balance_where_time_is_told_between_packets() => Story.Sample(
        story => Balances(Tell(story, new AnalyzerOptions { Timeout = CaptureDuration.FromSeconds(4) }, pauseMilliseconds: 1_000)),
        iter: Stories);

    private static Wire Tell((int Kind, uint Id, int Fate)[] story, AnalyzerOptions options, int pauseMilliseconds = 0)
    {
        var wire = new Wire(options);
        TcpCall[] calls = [TcpCall.Open(wire, 1), TcpCall.Open(wire, 2), TcpCall.Open(wire, 3)];
        foreach (var call in calls)
        {
            call.Send(Ca.Version());
        }

        WireFrame? heldBack = null;
        for (var i = 0; i < story.Length; i++)
        {
            var (kind, id, fate) = story[i];
            if (pauseMilliseconds > 0)
            {
                wire.AdvanceTo(wire.Now + pauseMilliseconds);
            }

            ref var call = ref calls[i % calls.Length];
            var frame = Frame(wire, call, kind, id);
            switch (fate)
            {
                case < 2:
                    break;
                case < 4:
                    wire.Put(frame);
                    wire.Put(frame, wire.Now + 20);
                    break;
                case < 6:
                    heldBack = frame;
                    continue;
                case 6:
                    wire.Put(frame);
                    call.Close();
                    break;
                case 7:
                    call = new TcpCall(wire, call.Client, call.Server, (uint)(i + 1) << 20, (uint)(i + 1) << 21);
                    wire.Put(call.Syn());
                    wire.Put(call.SynAck());
                    call.Send(Ca.Version());
                    break;
                default:
                    wire.Put(frame);
                    break;
            }

            if (heldBack is not null)
            {
                wire.Put(heldBack);
                heldBack = null;
            }
        }

        wire.End();
        return wire;
    }

    private static WireFrame Frame(Wire wire, TcpCall call, int kind, uint id) => kind switch
    {
        0 => call.FromClient(Ca.Create(id, $"PV{id}")),
        1 => call.FromServer(Ca.Rights(id), Ca.Created(id, 256 + id)),
        2 => call.FromServer(Ca.CreateFailed(id)),
        3 => call.FromServer(Ca.Disconnected(id)),
        4 => call.FromClient(Ca.Clear(256 + id, id)),
        5 => call.FromServer(Ca.Clear(256 + id, id)),
        6 => call.FromClient(Ca.Get(256 + id, id), Ca.Get(256 + id, id + 1)),
        7 => call.FromServer(Ca.Got(id)),
        8 => call.FromClient(Ca.Put(256 + id, id)),
        9 => call.FromServer(Ca.PutDone(id)),
        10 => call.FromClient(Ca.Read(256 + id, id)),
        11 => call.FromServer(Ca.ReadDone(id, id)),
        12 => call.FromClient(Ca.Subscribe(256 + id, id)),
        13 => call.FromServer(Ca.Update(id), Ca.Update(id)),
        14 => call.FromClient(Ca.Cancel(256 + id, id)),
        15 => call.FromServer(Ca.Cancelled(256 + id, id)),
        16 => call.FromClient(Ca.Echo(), Ca.ReadSync()),
        17 => call.FromServer(Ca.Echo()),
        18 => call.FromServer(Ca.ReadSync()),
        19 => call.FromServer(Ca.Error(id, 152, Ca.Get(256 + id, id))),
        20 => call.FromServer(Ca.Error(id, 152, Ca.Subscribe(256 + id, id))),
        21 => call.FromServer(Ca.Error(id, 152, Ca.Create(id, "PV"))),
        22 => call.FromServer(Ca.Error(id, 152, Ca.Clear(256 + id, id))),
        23 => call.FromClient(Ca.Search(id, $"PV{id}", wantsNo: true)),
        24 => call.FromServer(Ca.NotFound(id)),
        25 => WireFrame.Udp(Wire.Console with { Port = 50_000 }, Wire.Broadcast, wire.NextIpId(), Ca.Join(Ca.Sequence(id), Ca.Search(id, $"PV{id % 3}"))),
        _ => WireFrame.Udp(Wire.Ioc, Wire.Console with { Port = 50_000 }, wire.NextIpId(), Ca.Found(id, 5064)),
    };

    private static bool Balances(Wire wire)
    {
        var accounts = wire.Snapshot().Operations;
        var told = new OperationLedger();
        foreach (var transaction in wire.Transactions)
        {
            told.Add(transaction);
        }

        return accounts.All(account => account.Holds) && accounts.SequenceEqual(told.Accounts()) && Requested(wire, accounts) && wire.Transactions.TrueForAll(IsSound);
    }

    /// <summary>Requests of the books are the requests among the messages; searches are fewer, as tries of one are one.</summary>
    private static bool Requested(Wire wire, IReadOnlyList<OperationAccount> accounts)
    {
        var requested = wire.Messages.Where(message => message.Sender == Sender.Client).Select(message => OperationOf(message.Header.Command)).ToArray();
        return accounts.All(account => account.Operation is Operation.Search or Operation.Connect
            || account.Requests == requested.Count(operation => operation == account.Operation));
    }

    private static Operation? OperationOf(CaCommand command) => command switch
    {
        CaCommand.CreateChan => Operation.Create,
        CaCommand.ReadNotify => Operation.Get,
        CaCommand.WriteNotify => Operation.Put,
        CaCommand.EventAdd => Operation.Subscribe,
        CaCommand.Echo or CaCommand.ReadSync => Operation.Echo,
        CaCommand.ClearChannel => Operation.Clear,
        CaCommand.Read => Operation.Read,
        _ => null,
    };

    /// <summary>A latency only where a reply came and a request was seen, never negative; a success only where it was one.</summary>
    private static bool IsSound(Transaction told) => told.Outcome switch
    {
        Outcome.Answered => told is { Latency: { Nanoseconds: >= 0 }, RequestFrame: > 0, ReplyFrame: > 0, Status: Ca.Normal },
        Outcome.Failed => told is { Latency: { Nanoseconds: >= 0 }, RequestFrame: > 0, ReplyFrame: > 0, Status: not Ca.Normal },
        Outcome.NoRequest => told is { Latency: null, RequestFrame: 0 },
        Outcome.TimedOut => told.Latency is null == (told.ReplyFrame == 0),
        _ => told is { Latency: null, ReplyFrame: 0, RequestFrame: > 0 },
    };
}
