using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.ChannelAccess;

[TestFixture]
internal sealed class TrafficSelectorTests
{
    private const int IpOffset = 14;
    private const int IpHeaderBytes = 20;

    private static readonly Endpoint WebServer = Wire.Ioc with { Port = 443 };

    private static readonly byte[] Get = "GET / HTTP/1.1\r\n\r\n"u8.ToArray();

    [Test]
    public void Circuit_passes_whole_from_its_syn([Values(5064, 443)] int port)
    {
        var probe = new SelectorProbe();
        var call = Call(probe, Wire.Ioc with { Port = (ushort)port });
        probe.Put(call.Syn(), call.SynAck(), call.FromClient(TcpFlags.Ack));
        Assert.That(probe.TakePassed(), Is.Empty);
        Assert.That(probe.Counts, Is.EqualTo(new TrafficSelectorCounts(3, 0, 0, 3, 3 * 54, 0, 0, 3, 0, 0)));

        probe.Put(call.FromClient(Ca.Version(), Ca.ClientName(), Ca.HostName()));
        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[1, 2, 3, 4]));

        probe.Put(call.FromServer(TcpFlags.Ack), call.FromServer(Ca.Version()), call.FromServer(TcpFlags.Fin | TcpFlags.Ack));
        probe.Put(call.FromClient(TcpFlags.Fin | TcpFlags.Ack), call.FromServer(TcpFlags.Ack));
        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[5, 6, 7, 8, 9]));
        Assert.That((probe.Counts.Circuits, probe.Counts.FramesPassed, probe.Counts.FramesDropped, probe.Counts.FramesHeld), Is.EqualTo((1L, 9L, 0L, 0L)));
    }

    [Test]
    public void Connection_of_something_else_is_dropped_whole([Values(5064, 443)] int port)
    {
        var probe = new SelectorProbe();
        var call = Call(probe, Wire.Ioc with { Port = (ushort)port });
        probe.Put(call.Syn(), call.SynAck(), call.FromClient(Get), call.FromServer(Get), call.FromClient(Ca.Version()));
        probe.End();

        Assert.That(probe.TakePassed(), Is.Empty);
        Assert.That(probe.Counts, Is.EqualTo(new TrafficSelectorCounts(5, 0, 0, 0, 0, 0, 0, 5, 0, 0)));
    }

    [Test]
    public void Syn_starts_anew()
    {
        var probe = new SelectorProbe();
        var web = Call(probe, Wire.Ioc);
        var circuit = new TcpCall(probe.Wire, web.Client, web.Server, clientIsn: 77_000, serverIsn: 88_000);
        var again = new TcpCall(probe.Wire, web.Client, web.Server, clientIsn: 177_000, serverIsn: 188_000);
        probe.Put(web.Syn(), web.SynAck(), web.FromClient(Get));
        probe.Put(circuit.Syn(), circuit.SynAck(), circuit.FromClient(Ca.Version(), Ca.ClientName(), Ca.HostName()));
        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[4, 5, 6]));

        // the address is a server's by now
        probe.Put(again.Syn(), again.SynAck(), again.FromClient(Get), again.FromServer(Get));
        probe.End();
        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[7, 8]));
    }

    [Test]
    public void What_comes_after_the_end_passes_for_a_while([Values] bool isReset)
    {
        var probe = new SelectorProbe();
        var call = Call(probe, Wire.Ioc);
        probe.Put(call.Syn(), call.SynAck(), call.FromClient(Ca.Version(), Ca.ClientName(), Ca.HostName()));
        var late = call.FromServer(Ca.Version());
        probe.Put(isReset ? [call.FromClient(TcpFlags.Rst)] : [call.FromClient(TcpFlags.Fin | TcpFlags.Ack), call.FromServer(TcpFlags.Fin | TcpFlags.Ack)]);
        probe.TakePassed();

        var frame = probe.Put(late);
        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[frame]));
        probe.Now += 121_000;
        probe.Put(call.FromClient(Get));
        Assert.That(probe.TakePassed(), Is.Empty);
    }

    [Test]
    public void Dead_server_shows()
    {
        var probe = new SelectorProbe();
        var (dead, web) = (Call(probe, Wire.Ioc), Call(probe, WebServer));
        probe.Put(dead.Syn(), web.Syn());
        probe.AdvanceTo(30_000);
        Assert.That(probe.TakePassed(), Is.Empty);

        probe.AdvanceTo(32_000);
        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[1]));
    }

    [Test]
    public void Refusal_shows()
    {
        var probe = new SelectorProbe();
        var (dead, web) = (Call(probe, Wire.Ioc), Call(probe, WebServer));
        probe.Put(dead.Syn(), web.Syn(), dead.FromServer(TcpFlags.Rst | TcpFlags.Ack), web.FromServer(TcpFlags.Rst | TcpFlags.Ack));

        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[1, 3]));
    }

    [Test]
    public void Handshake_with_a_server_that_searches_named_passes_without_what_it_carried()
    {
        var probe = new SelectorProbe();
        var server = Wire.Ioc with { Port = 9064 };
        probe.Put(WireFrame.Udp(Wire.Ioc, Wire.Console with { Port = 50_000 }, 7, Ca.Join(Ca.Sequence(1), Ca.Found(1, 9064))));
        var call = Call(probe, server);
        probe.Put(call.Syn(), call.SynAck(), call.FromClient(Get), call.FromServer(TcpFlags.Ack));
        probe.End();

        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[1, 2, 3, 5]));
    }

    [Test]
    public void Datagrams_pass_by_port_or_by_what_they_say()
    {
        var probe = new SelectorProbe();
        var client = Wire.Console with { Port = 50_000 };
        var name = new Endpoint(Wire.Ioc.Address, 53);
        probe.Put(WireFrame.Udp(client, Wire.Broadcast, 1, Ca.Join(Ca.Sequence(1), Ca.Search(1, "A"))));
        probe.Put(WireFrame.Udp(client, Wire.Broadcast with { Port = 9064 }, 2, Ca.Join(Ca.Sequence(1), Ca.Search(1, "A"))));
        probe.Put(WireFrame.Udp(client, Wire.Broadcast with { Port = 5065 }, 3, []));
        probe.Put(WireFrame.Udp(client, name, 4, Get), WireFrame.Udp(name, client, 5, Get));

        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[1, 2, 3]));
        Assert.That(probe.Counts.Datagrams, Is.EqualTo(5));
    }

    [Test]
    public void Fragments_pass_or_are_dropped_together()
    {
        var probe = new SelectorProbe();
        var client = Wire.Console with { Port = 50_000 };
        var search = Fragments(WireFrame.Udp(client, Wire.Broadcast, 1, Ca.Join(Ca.Sequence(1), Ca.Search(1, "A:LONG:NAME"), Ca.Search(2, "ANOTHER:LONG:NAME"))));
        var other = Fragments(WireFrame.Udp(client, client with { Port = 53 }, 2, new byte[100]));
        probe.Put(search[1], other[0], search[0], other[1]);

        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[1, 3]));
        Assert.That((probe.Counts.FramesHeld, probe.Counts.FramesDropped, probe.Counts.Datagrams), Is.EqualTo((0L, 2L, 2L)));

        var call = Call(probe, Wire.Ioc);
        probe.Put(call.Syn(), call.SynAck());
        probe.Put(Fragments(call.FromClient(Ca.Version(), Ca.ClientName(), Ca.HostName())));
        probe.Put(Fragments(call.FromServer(Ca.Version(), Ca.Echo())));
        Assert.That(probe.TakePassed(), Is.EqualTo((long[])[5, 6, 7, 8, 9, 10]));
    }

    [Test]
    public void Fragments_that_never_complete_are_dropped_in_time()
    {
        var probe = new SelectorProbe(new TrafficSelectorOptions { MaxFragmentedDatagrams = 4 });
        var client = Wire.Console with { Port = 50_000 };
        for (ushort id = 1; id <= 10; id++)
        {
            probe.Put(Fragments(WireFrame.Udp(client, Wire.Broadcast, id, new byte[100]))[0]);
        }

        Assert.That((probe.Counts.FramesHeld, probe.Counts.FramesGivenUp), Is.EqualTo((4L, 6L)));
        probe.AdvanceTo(40_000);
        Assert.That((probe.Counts.FramesHeld, probe.Counts.FramesDropped), Is.EqualTo((0L, 4L)));
    }

    [Test]
    public void What_is_held_stays_in_bounds_and_the_oldest_goes_first()
    {
        var probe = new SelectorProbe(new TrafficSelectorOptions { MaxHeldBytes = 10 * 54 });
        var calls = Enumerable.Range(1, 12).Select(port => new TcpCall(probe.Wire, Wire.Console with { Port = (ushort)port }, Wire.Ioc)).ToList();
        calls.ForEach(call => probe.Put(call.Syn()));
        Assert.That((probe.Counts.FramesHeld, probe.Counts.FramesGivenUp, probe.Counts.ConnectionsGivenUp), Is.EqualTo((10L, 2L, 2L)));

        probe.Put(calls[0].FromClient(Ca.Version(), Ca.ClientName(), Ca.HostName()));
        Assert.That(probe.TakePassed(), Is.Empty);
        probe.Put(calls[4].FromClient(Ca.Version(), Ca.ClientName(), Ca.HostName()));
        probe.End();
        Assert.That(probe.TakePassed(), Does.Contain(5).And.Contain(14).And.Not.Contain(1).And.Not.Contain(2));
        Assert.That(probe.Counts.FramesHeld, Is.Zero);
    }

    [Test]
    public void Connection_that_says_much_loses_its_oldest_frames_only()
    {
        var probe = new SelectorProbe(new TrafficSelectorOptions { MaxHeldBytesPerConnection = 20_000 });
        var call = new TcpCall(probe.Wire, Wire.Console with { Port = 40_000 }, WebServer);
        for (var i = 0; i < 100; i++)
        {
            probe.Put(call.FromServer([0xEE, .. new byte[999]]));
            Assert.That(probe.Counts.BytesHeld, Is.AtMost(20_000));
        }

        for (var ioid = 1u; ioid <= 4; ioid++)
        {
            probe.Put(call.FromClient(Ca.Get(257, ioid)), call.FromServer(Ca.Got(ioid)));
        }

        Assert.That(probe.Counts.ConnectionsGivenUp, Is.Zero);
        Assert.That(probe.TakePassed().TakeLast(8), Is.EqualTo(Enumerable.Range(101, 8)));
    }

    [Test]
    public void Connections_are_bounded()
    {
        var probe = new SelectorProbe(new TrafficSelectorOptions { MaxConnections = 100 });
        for (ushort port = 1; port <= 10_000; port++)
        {
            probe.Put(new TcpCall(probe.Wire, Wire.Console with { Port = port }, WebServer).Syn());
        }

        Assert.That(probe.Counts.FramesHeld, Is.EqualTo(100));
    }

    private static TcpCall Call(SelectorProbe probe, Endpoint server) => new(probe.Wire, Wire.Console with { Port = 40_000 }, server);

    /// <summary>The frame in two IP fragments, the first of 32 bytes of payload.</summary>
    private static WireFrame[] Fragments(WireFrame frame)
    {
        const int Cut = 32;
        byte[] first = [.. frame.Bytes[..(IpOffset + IpHeaderBytes + Cut)]];
        byte[] second = [.. frame.Bytes[..(IpOffset + IpHeaderBytes)], .. frame.Bytes[(IpOffset + IpHeaderBytes + Cut)..]];
        SetLength(first);
        SetLength(second);
        first[IpOffset + 6] = 0x20;
        second[IpOffset + 7] = Cut / 8;
        return [new(first), new(second)];

        static void SetLength(byte[] bytes) =>
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(IpOffset + 2), (ushort)(bytes.Length - IpOffset));
    }
}
