using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.ChannelAccess;

/// <summary>Who is the client, by each rule in the order in which they are asked.</summary>
[TestFixture]
public sealed class CircuitDirectionTests
{
    private static readonly Endpoint Left = Wire.Console with { Port = 40_000 };
    private static readonly Endpoint Right = Wire.OtherIoc with { Port = 40_001 };

    [Test]
    public void Sender_of_the_syn_is_the_client_even_at_the_port_of_servers()
    {
        var wire = new Wire();
        var call = new TcpCall(wire, Wire.Console with { Port = 5064 }, Right);
        wire.Put(call.Syn());
        wire.Put(call.SynAck());
        call.Send(Ca.Version());
        wire.End();

        Assert.That(wire.Commands(Sender.Client), Is.EqualTo([CaCommand.Version]));
    }

    [Test]
    public void Syn_ack_tells_as_well()
    {
        var wire = new Wire();
        var call = new TcpCall(wire, Left, Right);
        wire.Put(call.SynAck());
        call.Reply(Ca.Version(), Ca.Rights(1));
        wire.End();

        Assert.That(wire.Commands(Sender.Server), Is.EqualTo([CaCommand.Version, CaCommand.AccessRights]));
    }

    [Test]
    public void Server_of_a_search_reply_is_known_before_it_says_anything()
    {
        var wire = new Wire();
        wire.Datagram(Right with { Port = 5064 }, Left with { Port = 50_000 }, Ca.Found(1, Right.Port));
        var call = new TcpCall(wire, Left, Right);
        call.Send(Ca.Get(257, 1), Ca.Get(257, 2), Ca.Get(257, 3));
        wire.End();

        Assert.That(wire.Commands(Sender.Client), Has.Count.EqualTo(3));
    }

    [Test]
    public void Server_of_a_beacon_is_known_before_it_says_anything()
    {
        var wire = new Wire();
        wire.Datagram(Right with { Port = 50_000 }, Wire.Broadcast with { Port = 5065 }, Ca.Beacon(7, Right.Port));
        var call = new TcpCall(wire, Left, Right);
        call.Send(Ca.Get(257, 1), Ca.Get(257, 2), Ca.Get(257, 3));
        wire.End();

        Assert.That(wire.Commands(Sender.Client), Has.Count.EqualTo(3));
    }

    [Test]
    public void Telling_messages_win_over_the_port()
    {
        var wire = new Wire();
        var call = new TcpCall(wire, Wire.Console with { Port = 5064 }, Right);
        call.Reply(Ca.Rights(1), Ca.Created(1, 257));
        call.Send(Ca.Get(257, 1));
        wire.End();

        Assert.That(wire.Commands(Sender.Server), Is.EqualTo([CaCommand.AccessRights, CaCommand.CreateChan]));
        Assert.That(wire.Commands(Sender.Client), Is.EqualTo([CaCommand.ReadNotify]));
    }

    [Test]
    public void Port_of_servers_tells_where_no_message_does()
    {
        var wire = new Wire();
        var call = new TcpCall(wire, Left, Wire.Ioc);
        call.Send(Ca.Echo(), Ca.Echo(), Ca.Echo(), Ca.Echo());
        wire.End();

        Assert.That(wire.Commands(Sender.Client), Has.Count.EqualTo(4));
    }

    /// <summary>Sixteen bytes of payload both: the mask of a request, or the time stamp of an update.</summary>
    [Test]
    public void Event_add_is_told_by_what_its_16_bytes_hold([Values] bool isRequest)
    {
        var wire = new Wire();
        var call = new TcpCall(wire, Left, Right);
        byte[] stamped = [0, 0, 0, 0, 0x44, 0x12, 0x34, 0x56, 0, 0, 0, 1, 0, 0, 0, 7];
        var message = isRequest
            ? Ca.Subscribe(257, 1, (ushort)DbrType.TimeLong)
            : Ca.Message(CaCommand.EventAdd, Ca.Normal, 1, (ushort)DbrType.TimeLong, 1, stamped);
        call.Send(message, message, message);
        wire.End();

        Assert.That(wire.Commands(isRequest ? Sender.Client : Sender.Server), Has.Count.EqualTo(3));
    }

    [Test]
    public void Unknown_direction_is_counted_until_a_message_tells()
    {
        var wire = new Wire();
        var call = new TcpCall(wire, Left, Right);
        for (var i = 0; i < 600; i++)
        {
            call.Send(Ca.Echo(), Ca.Echo());
        }

        Assert.That(wire.Anomalies(AnomalyKind.DirectionUnknown), Is.EqualTo(1));
        Assert.That(wire.Commands(Sender.Unknown), Has.Count.GreaterThan(0));

        call.Send(Ca.Create(1, "A"));
        call.Reply(Ca.Rights(1), Ca.Created(1, 257));
        wire.End();

        Assert.That(wire.Commands(Sender.Client), Is.EqualTo([CaCommand.CreateChan]));
        Assert.That(wire.Commands(Sender.Server), Is.EqualTo([CaCommand.AccessRights, CaCommand.CreateChan]));
        Assert.That(wire.Commands(Sender.Unknown), Has.Count.EqualTo(1200));
    }
}
