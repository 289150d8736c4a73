using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Transactions;

/// <summary>
/// What is warm allocates nothing: packets, messages, transactions, and connections that take the place of others. What may allocate is the
/// first of its kind: a name, an endpoint that is learned, a circuit beyond those that were ever held at once, a table that grows.
/// </summary>
[TestFixture]
public sealed class AllocationTests
{
    private const int WarmUp = 20;
    private const int Measured = 20;

    [Test]
    public void Warm_traffic_allocates_nothing([Values] bool haveHandlers)
    {
        var passes = Record(WarmUp + Measured);
        var analyzer = new Analyzer(
            new AnalyzerOptions(),
            decapsulate: null,
            haveHandlers ? static (in DecodedMessage message) => _ = message.Payload.Length : null,
            haveHandlers ? static (in Transaction transaction) => _ = transaction.Bytes : null);
        var frame = 0L;
        foreach (var pass in passes.AsSpan(0, WarmUp))
        {
            Push(analyzer, pass, ref frame);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var pass in passes.AsSpan(WarmUp))
        {
            Push(analyzer, pass, ref frame);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        analyzer.Complete();
        Assert.That(analyzer.Snapshot().Messages.Sum(message => message.Count), Is.EqualTo((passes.Length * 54) + 4));
    }

    private static void Push(Analyzer analyzer, (CaptureTime Time, byte[] Bytes)[] pass, ref long frame)
    {
        foreach (var (time, bytes) in pass)
        {
            analyzer.Push(new Packet(time, ++frame, LinkType.Ethernet, bytes, bytes.Length));
        }
    }

    /// <summary>
    /// Each pass lasts 10 s. Two standing circuits get, put, monitor, create and clear with requests open, with a value that spans segments, a segment that comes
    /// early, one that comes twice and a reply recorded before its request; two new circuits come and go; names are searched.
    /// </summary>
    private static (CaptureTime Time, byte[] Bytes)[][] Record(int passes)
    {
        var wire = new Wire();
        TcpCall[] standing = [new(wire, 1), new(wire, 2)];
        var recording = new (CaptureTime, byte[])[passes][];
        for (var pass = 0; pass < passes; pass++)
        {
            var frames = new List<WireFrame>();
            if (pass == 0)
            {
                foreach (var call in standing)
                {
                    frames.AddRange([call.Syn(), call.SynAck(), call.FromClient(Ca.Version()), call.FromServer(Ca.Version())]);
                }
            }

            AddSearches(frames, wire, (uint)pass);
            foreach (var call in standing)
            {
                AddTalk(frames, call, (uint)pass * 8);
            }

            for (ushort port = 3; port <= 4; port++)
            {
                AddVisit(frames, new TcpCall(wire, Wire.Console with { Port = port }, Wire.Ioc, (uint)(pass + 1) << 16, (uint)(pass + 1) << 17));
            }

            recording[pass] = [.. frames.Select((frame, i) => (Wire.Time(10_000 * (pass + 1) + i), frame.Bytes))];
        }

        return recording;
    }

    private static void AddSearches(List<WireFrame> frames, Wire wire, uint pass)
    {
        var client = Wire.Console with { Port = 50_000 };
        frames.Add(WireFrame.Udp(client, Wire.Broadcast, wire.NextIpId(), Ca.Join(Ca.Sequence(pass), Ca.Search(1, "A"), Ca.Search(2, "NOWHERE"))));
        frames.Add(WireFrame.Udp(Wire.Ioc, client, wire.NextIpId(), Ca.Join(Ca.Sequence(pass), Ca.Found(1, 5064))));
        frames.Add(WireFrame.Udp(Wire.Ioc, Wire.Broadcast with { Port = 5065 }, wire.NextIpId(), Ca.Beacon(pass)));
    }

    private static void AddTalk(List<WireFrame> frames, TcpCall call, uint ioid)
    {
        frames.Add(call.FromClient(Ca.Create(1, "A"), Ca.Subscribe(257, 1)));
        frames.Add(call.FromServer(Ca.Rights(1), Ca.Created(1, 257), Ca.Update(1)));
        var gets = call.FromClient(Ca.Get(257, ioid), Ca.Put(257, ioid + 1));
        var replies = call.FromServer(Ca.PutDone(ioid + 1), Ca.Error(1, 152, Ca.Get(257, ioid)));
        frames.AddRange([replies, gets, gets]);
        frames.Add(call.FromClient(Ca.Get(257, ioid + 2)));
        var value = Ca.GotArray(ioid + 2, 100);
        var first = call.FromServer(value[..300]);
        var second = call.FromServer(value[300..]);
        frames.AddRange([second, first]);
        frames.Add(call.FromClient(Ca.Cancel(257, 1), Ca.Subscribe(257, 2), Ca.Get(257, ioid + 3), Ca.Clear(257, 1)));
        frames.Add(call.FromServer(Ca.Cancelled(257, 1), Ca.Clear(257, 1)));
    }

    private static void AddVisit(List<WireFrame> frames, TcpCall call)
    {
        frames.AddRange([call.Syn(), call.SynAck()]);
        frames.Add(call.FromClient(Ca.Version(), Ca.ClientName(), Ca.HostName(), Ca.Create(1, "B")));
        frames.Add(call.FromServer(Ca.Version(), Ca.Rights(1), Ca.Created(1, 257)));
    }
}
