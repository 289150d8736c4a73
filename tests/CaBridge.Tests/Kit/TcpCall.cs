using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Kit;

/// <summary>
/// One connection between a client and a server. Every segment acknowledges all that the other side has sent by then. Methods named
/// <c>From…</c> make a segment for <see cref="Wire.Put"/>, and one that is not put there was lost; the others send at once.
/// </summary>
internal sealed class TcpCall(Wire wire, Endpoint client, Endpoint server, uint clientIsn = 1_000, uint serverIsn = 900_000)
{
    private const TcpFlags Data = TcpFlags.Ack | TcpFlags.Psh;

    private uint _clientNext;
    private uint _serverNext;

    public TcpCall(Wire wire, ushort clientPort = 40_000)
        : this(wire, Wire.Console with { Port = clientPort }, Wire.Ioc)
    {
    }

    public Endpoint Client { get; } = client;

    public Endpoint Server { get; } = server;

    /// <summary>A new connection with its handshake; it takes 3 ms.</summary>
    public static TcpCall Open(Wire wire, ushort clientPort = 40_000, Endpoint? server = null, Endpoint? client = null)
    {
        var call = new TcpCall(wire, (client ?? Wire.Console) with { Port = clientPort }, server ?? Wire.Ioc);
        wire.Put(call.Syn());
        wire.Put(call.SynAck());
        wire.Put(call.FromClient(TcpFlags.Ack));
        return call;
    }

    /// <summary>A circuit on which channels exist: cid n, counted from 1, has sid 256 + n.</summary>
    public static TcpCall WithChannels(Wire wire, params string[] pvs) => Open(wire).WithChannels(pvs);

    /// <summary>As the static one, on this connection.</summary>
    public TcpCall WithChannels(params string[] pvs)
    {
        var call = this;
        call.Send(Ca.Version(), Ca.ClientName(), Ca.HostName());
        call.Reply(Ca.Version());
        for (var cid = 1u; cid <= pvs.Length; cid++)
        {
            call.Send(Ca.Create(cid, pvs[cid - 1]));
            call.Reply(Ca.Rights(cid), Ca.Created(cid, 256 + cid));
        }

        return call;
    }

    /// <param name="messages">Sent with it (TCP Fast Open).</param>
    public WireFrame Syn(params byte[][] messages)
    {
        var payload = Ca.Join(messages);
        var frame = Segment(Client, Server, clientIsn, 0, TcpFlags.Syn, payload);
        _clientNext = clientIsn + 1 + (uint)payload.Length;
        return frame;
    }

    public WireFrame SynAck()
    {
        var frame = Segment(Server, Client, serverIsn, _clientNext, TcpFlags.Syn | TcpFlags.Ack, []);
        _serverNext = serverIsn + 1;
        return frame;
    }

    public WireFrame FromClient(params byte[][] messages) => FromClient(Data, Ca.Join(messages));

    public WireFrame FromServer(params byte[][] messages) => FromServer(Data, Ca.Join(messages));

    public WireFrame FromClient(TcpFlags flags, params byte[] payload)
    {
        var frame = Segment(Client, Server, _clientNext, _serverNext, flags, payload);
        _clientNext += (uint)payload.Length + ((flags & TcpFlags.Fin) != TcpFlags.None ? 1u : 0u);
        return frame;
    }

    public WireFrame FromServer(TcpFlags flags, params byte[] payload)
    {
        var frame = Segment(Server, Client, _serverNext, _clientNext, flags, payload);
        _serverNext += (uint)payload.Length + ((flags & TcpFlags.Fin) != TcpFlags.None ? 1u : 0u);
        return frame;
    }

    public void Send(params byte[][] messages) => wire.Put(FromClient(messages));

    public void Reply(params byte[][] messages) => wire.Put(FromServer(messages));

    /// <summary>An acknowledgement alone that tells how much the client has room for.</summary>
    public WireFrame Window(ushort window) =>
        WireFrame.Tcp(Client, Server, _clientNext, _serverNext, TcpFlags.Ack, wire.NextIpId(), [], window);

    /// <summary>FIN of both sides, or RST of the server alone.</summary>
    public void CloseByServer(double at, bool reset = false)
    {
        wire.Put(FromServer((reset ? TcpFlags.Rst : TcpFlags.Fin) | TcpFlags.Ack), at);
        if (!reset)
        {
            wire.Put(FromClient(TcpFlags.Fin | TcpFlags.Ack), at + 0.1);
        }
    }

    /// <summary>FIN of both sides.</summary>
    public void Close()
    {
        wire.Put(FromClient(TcpFlags.Fin | TcpFlags.Ack));
        wire.Put(FromServer(TcpFlags.Fin | TcpFlags.Ack));
    }

    private WireFrame Segment(Endpoint source, Endpoint destination, uint sequence, uint acknowledged, TcpFlags flags, byte[] payload) =>
        WireFrame.Tcp(source, destination, sequence, acknowledged, flags, wire.NextIpId(), payload);
}
