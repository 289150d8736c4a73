using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Captures;

/// <summary>Traffic of hosts 192.168.7.x that is no Channel Access, on its own ports and on 5064.</summary>
internal static class OtherTraffic
{
    private const uint Hosts = 0xC0A8_0700;
    private const int Addresses = 26;
    private const int EveryNth = 3;
    private const int MaxTalkFrames = 12;

    private static readonly byte[] Tls = [0x16, 3, 1, 0, 0xA5, 1, 0, 0, 0xA1, 3, 3, .. Noise(160, seed: 1)];

    private static readonly (byte[] Request, byte[] Reply)[] Talks =
    [
        ("GET / HTTP/1.1\r\nHost: ioc\r\n\r\n"u8.ToArray(), Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + new string('x', 1000))),
        (Tls, [0x17, 3, 3, 4, 0, .. Noise(1024, seed: 2)]),
        ("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), "SSH-2.0-OpenSSH_9.6\r\n"u8.ToArray()),
    ];

    /// <summary>A third as much of it as there are frames, evenly among them; connections from their SYN on and from their middle.</summary>
    public static IReadOnlyList<CapturedFrame> Among(IReadOnlyList<CapturedFrame> frames, bool hasMiddles = true)
    {
        var mixed = new List<CapturedFrame>();
        using var talks = AllTalks(hasMiddles).GetEnumerator();
        var others = new Queue<byte[]>();
        for (var i = 0; i < frames.Count; i++)
        {
            mixed.Add(frames[i]);

            // no talk is cut off by the end: a SYN to port 5064 alone may be one to a server that is dead
            if (others.Count == 0 && frames.Count - i > EveryNth * MaxTalkFrames && talks.MoveNext())
                others = new Queue<byte[]>(talks.Current);
            if (i % EveryNth == 0 && others.TryDequeue(out var other))
                mixed.Add(new CapturedFrame(frames[i].UnixNanoseconds + 1, LinkType.Ethernet, other, other.Length));
        }

        return mixed;
    }

    public static bool Is(CapturedFrame frame) =>
        frame is { LinkType: LinkType.Ethernet, Data.Length: > Addresses + 4 } && frame.Data.AsSpan(Addresses, 3).SequenceEqual((ReadOnlySpan<byte>)[0xC0, 0xA8, 7]);

    private static IEnumerable<IReadOnlyList<byte[]>> AllTalks(bool hasMiddles)
    {
        var wire = new Wire();
        for (ushort turn = 0; ; turn++)
        {
            var (request, reply) = Talks[turn % Talks.Length];
            var server = Host(200, (ushort)(turn % 2 == 0 ? 5064 : 443));
            var call = new TcpCall(wire, Host(turn % 100, (ushort)(20_000 + turn)), server, turn * 7919u, turn * 104_729u);
            WireFrame[] start = hasMiddles && turn % 4 == 3 ? [] : [call.Syn(), Datagram(wire, turn), call.SynAck(), call.FromClient(TcpFlags.Ack)];
            WireFrame[] talk = [call.FromClient(request), call.FromServer(TcpFlags.Ack), call.FromServer(reply), Icmp(wire, turn)];
            WireFrame[] end = [call.FromClient(TcpFlags.Fin | TcpFlags.Ack), call.FromServer(TcpFlags.Fin | TcpFlags.Ack), call.FromClient(TcpFlags.Ack)];
            yield return [.. start.Concat(talk).Concat(end).Select(frame => frame.Bytes)];
        }
    }

    private static WireFrame Datagram(Wire wire, ushort turn) => WireFrame.Udp(
        Host(turn % 100, (ushort)(30_000 + turn)), Host(201, 53), wire.NextIpId(), [(byte)turn, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, .. "ioc"u8, 0, 0, 1, 0, 1]);

    /// <summary>Port unreachable: it quotes what could not be delivered.</summary>
    private static WireFrame Icmp(Wire wire, ushort turn)
    {
        var frame = WireFrame.Udp(Host(turn % 100, 0), Host(202, 0), wire.NextIpId(), [0x45, 0, 0, 40, .. new byte[36]]);
        frame.Bytes[23] = 1;
        return frame;
    }

    private static Endpoint Host(int number, ushort port) => Endpoint.FromIPv4(Hosts + (uint)number, port);

    private static byte[] Noise(int bytes, int seed)
    {
        var noise = new byte[bytes];
        new Random(seed).NextBytes(noise);
        return noise;
    }
}
