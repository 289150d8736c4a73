using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;
using CsCheck;

namespace CaBridge.Tests.ChannelAccess;

/// <summary>What is taken for a circuit and what is not.</summary>
[TestFixture]
public sealed class CircuitGateTests
{
    private static readonly byte[] Http2Settings = [0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100, 0, 4, 0, 16, 0, 0, 0, 5, 0, 0, 64, 0];
    private static readonly byte[] Http2EmptySettings = [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0];
    private static readonly byte[] TlsClientHello = [22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, .. Enumerable.Range(0, 194).Select(i => (byte)(i * 37))];
    private static readonly byte[] TlsServerHello = [22, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3, .. Enumerable.Range(0, 84).Select(i => (byte)(i * 41))];

    private static readonly (string Name, byte[] Request, byte[] Reply)[] Others =
    [
        ("HTTP/1.1", Ascii("GET /archiver/data?pv=A HTTP/1.1\r\nHost: ioc\r\n\r\n"), Ascii("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\0\u0012\0\0")),
        ("HTTP/2", Ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Http2Settings),
        ("HTTP/2 server alone", [], Http2Settings),
        ("HTTP/2 empty SETTINGS", Http2EmptySettings, Http2EmptySettings),
        ("TLS", TlsClientHello, TlsServerHello),
        ("SSH", Ascii("SSH-2.0-OpenSSH_9.6\r\n"), [0, 0, 1, 20, 6, 20, .. new byte[272]]),
        ("DNS", Dns(22, 0), Dns(24, 0)),
        ("DNS short", Dns(18, 8), Dns(23, 16)),
        ("Modbus", [0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10], [0, 1, 0, 0, 0, 9, 1, 3, 6, 0, 1, 0, 2, 0, 3]),
        ("Modbus of 16 bytes", [0, 1, 0, 0, 0, 6, 1, 1, 0, 0, 0, 56], [0, 1, 0, 0, 0, 10, 1, 1, 7, 1, 2, 3, 4, 5, 6, 7]),
        ("zeros", new byte[64], new byte[64]),
        ("ones", [.. Enumerable.Repeat((byte)0xFF, 64)], [.. Enumerable.Repeat((byte)0xFF, 64)]),
    ];

    [TestCase(60)]
    [TestCase(1100)]
    [TestCase(4000)]
    [TestCase(16_000)]
    public void Circuit_may_open_with_a_long_name(int length)
    {
        var wire = new Wire();
        var call = TcpCall.Open(wire);
        var name = string.Concat(Enumerable.Repeat("A.{dbnd:1}", length / 10));
        foreach (var segment in Ca.Join(Ca.Create(1, name), Ca.Create(2, name + "B")).Chunk(1448))
        {
            call.Send(segment);
        }

        call.Reply(Ca.Version(), Ca.Rights(1), Ca.Created(1, 257), Ca.Rights(2), Ca.Created(2, 258));
        wire.End();

        Assert.That(wire.Of(Operation.Create).Select(create => (create.Outcome, create.Pv?.Text)), Is.EqualTo([(Outcome.Answered, name), (Outcome.Answered, name + "B")]));
    }

    [Test]
    public void Syn_may_carry_the_first_messages()
    {
        var wire = new Wire();
        var call = new TcpCall(wire);
        wire.Put(call.Syn(Ca.Version(), Ca.ClientName(), Ca.HostName()));
        wire.Put(call.SynAck());
        call.Send(Ca.Create(1, "A"));
        call.Reply(Ca.Version(), Ca.Rights(1), Ca.Created(1, 257));
        var snapshot = wire.End();

        Assert.That(wire.Of(Operation.Create).Select(create => create.Outcome), Is.EqualTo([Outcome.Answered]));
        Assert.That(wire.Of(Operation.Connect).Select(connect => connect.Outcome), Is.EqualTo([Outcome.Answered]));
        Assert.That(wire.Commands(Sender.Client), Is.EqualTo([CaCommand.Version, CaCommand.ClientName, CaCommand.HostName, CaCommand.CreateChan]));
        Assert.That(snapshot.Anomalies, Is.Empty);
    }

    [Test, Combinatorial]
    public void Other_protocols_are_no_circuits(
        [Range(0, 11)] int other, [Values(5064, 443)] int port, [Values] bool fromStart, [Values] bool byteByByte)
    {
        var (name, request, reply) = Others[other];
        var wire = new Wire();
        var server = Wire.Ioc with { Port = (ushort)port };
        var call = fromStart ? TcpCall.Open(wire, server: server) : new TcpCall(wire, Wire.Console with { Port = 40_000 }, server);
        for (var turn = 0; turn < 12; turn++)
        {
            foreach (var chunk in request.Chunk(byteByByte ? 1 : 1024))
            {
                call.Send(chunk);
            }

            foreach (var chunk in reply.Chunk(byteByByte ? 1 : 1024))
            {
                call.Reply(chunk);
            }
        }

        var snapshot = wire.End();
        Assert.That((snapshot.Circuits, snapshot.ChannelAccessFrames, wire.Messages.Count), Is.EqualTo((0L, 0L, 0)), name);
    }

    [TestCase(5064)]
    [TestCase(443)]
    public void Random_bytes_are_no_circuits(int port)
    {
        var wire = new Wire(new AnalyzerOptions { MaxCircuits = 16 });
        var server = Wire.Ioc with { Port = (ushort)port };
        ushort clientPort = 0;
        Gen.Select(Gen.Byte.Array[16, 200], Gen.Bool).Sample(
            (bytes, fromStart) =>
            {
                var call = fromStart
                    ? TcpCall.Open(wire, ++clientPort, server)
                    : new TcpCall(wire, Wire.Console with { Port = ++clientPort }, server, (uint)wire.Frame * 1000);
                call.Send(bytes);
                call.Reply(bytes);
                return wire.Messages.Count == 0;
            },
            iter: 50_000,
            threads: 1);

        Assert.That(wire.Snapshot().Circuits, Is.Zero);
    }

    [Test]
    public void Circuit_is_recognised_from_its_start_on_any_port([Values(5064, 443)] int port, [Values(1, 7, 16, 1024)] int segmentBytes)
    {
        var wire = new Wire();
        var call = TcpCall.Open(wire, server: Wire.Ioc with { Port = (ushort)port });
        Talk(call, segmentBytes);
        wire.End();

        Assert.That(wire.Snapshot().Circuits, Is.EqualTo(1));
        Assert.That(wire.Commands(Sender.Client), Is.EqualTo(CaStreams.Client.Select(message => (CaCommand)message[1])));
        Assert.That(wire.Commands(Sender.Server), Is.EqualTo(CaStreams.Server.Select(message => (CaCommand)message[1])));
    }

    [Test]
    public void Circuit_is_recognised_from_its_middle_on_any_port([Values(5064, 443)] int port)
    {
        var wire = new Wire();
        var call = new TcpCall(wire, Wire.Console with { Port = 40_000 }, Wire.Ioc with { Port = (ushort)port });
        for (var ioid = 1u; ioid <= 4; ioid++)
        {
            call.Send(Ca.Get(257, ioid));
            call.Reply(Ca.Got(ioid));
        }

        wire.End();

        Assert.That(wire.Commands(Sender.Client), Has.Count.EqualTo(4));
        Assert.That(wire.Commands(Sender.Server), Has.Count.EqualTo(4));
    }

    [Test]
    public void Messages_before_the_decision_keep_their_times()
    {
        var wire = new Wire();
        var call = new TcpCall(wire, Wire.Console with { Port = 40_000 }, Wire.Ioc with { Port = 443 });
        for (var ioid = 1u; ioid <= 4; ioid++)
        {
            call.Send(Ca.Get(257, ioid));
            call.Reply(Ca.Got(ioid));
        }

        Assert.That(wire.Messages.Select(message => message.Frame), Is.EqualTo(Enumerable.Range(1, 8)));
        Assert.That(wire.Messages.Select(message => message.Time), Is.EqualTo(Enumerable.Range(1, 8).Select(i => Wire.Time(1000 + i))));
    }

    [Test]
    public void Frames_of_a_circuit_are_counted_from_its_syn()
    {
        var wire = new Wire();
        TcpCall.WithChannels(wire, "A").Close();
        var snapshot = wire.End();

        Assert.That((snapshot.FramesRead, snapshot.Frames, snapshot.ChannelAccessFrames), Is.EqualTo((wire.Frame, wire.Frame, wire.Frame)));
        Assert.That(snapshot.ChannelAccessBytes, Is.EqualTo(snapshot.Bytes));
    }

    private static void Talk(TcpCall call, int segmentBytes)
    {
        foreach (var chunk in Ca.Join(CaStreams.Client).Chunk(segmentBytes))
        {
            call.Send(chunk);
        }

        foreach (var chunk in Ca.Join(CaStreams.Server).Chunk(segmentBytes))
        {
            call.Reply(chunk);
        }
    }

    private static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A query in its TCP frame: two bytes of length that look like a command, then the id.</summary>
    private static byte[] Dns(byte length, ushort id) =>
        [0, length, (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. new byte[length - 16], 0, 1, 0, 1];
}
