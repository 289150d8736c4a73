using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Packets;

public sealed class PacketHostsTests
{
    private static readonly Endpoint Client = Endpoint.FromIPv4(0x0A2C_000B, 0);
    private static readonly Endpoint Server = Endpoint.FromIPv4(0x0A2C_0015, 0);
    private static readonly Endpoint ServerV6 = Endpoint.FromIPv6(Frames.ServerV6.GetAddressBytes(), 0);
    private static readonly Endpoint Nobody = Endpoint.FromIPv4(0x0A2C_00FA, 0);

    [Test]
    public void Source_and_destination_are_recognised_on_every_link()
    {
        foreach (var (name, linkType, frame) in Frames.EveryLink(Frames.Tcp(Frames.Bytes(10))))
        {
            Assert.That((Has(linkType, frame, Client), Has(linkType, frame, Server), Has(linkType, frame, Nobody)), Is.EqualTo((true, true, false)), name);
        }
    }

    [Test]
    public void Hosts_inside_tunnels_are_recognised([Values] bool v6)
    {
        var inner = v6 ? ServerV6 : Server;
        foreach (var (name, ip) in TunnelTests.EveryTunnel(Frames.Udp(Frames.Bytes(10), v6)))
        {
            Assert.That((Has(LinkType.Raw, ip, inner), Has(LinkType.Raw, ip, Nobody)), Is.EqualTo((true, false)), name);
        }
    }

    [Test]
    public void Every_fragment_has_its_hosts([Values] bool v6)
    {
        foreach (var ip in Frames.Fragments(17, Frames.PayloadOf(Frames.Udp(Frames.Bytes(3000))), 1000, v6))
        {
            Assert.That((Has(LinkType.Raw, ip, v6 ? ServerV6 : Server), Has(LinkType.Raw, ip, Nobody)), Is.EqualTo((true, false)));
        }
    }

    [Test]
    public void What_is_no_IP_has_no_host()
    {
        Assert.That(Has(LinkType.Ethernet, Frames.Ethernet(new byte[46], 0x0806), Client, Server), Is.False);
        Assert.That(Has(LinkType.Ethernet, [1, 2, 3], Client, Server), Is.False);
    }

    [Test]
    public void Cut_frames_do_not_throw()
    {
        var hosts = new PacketHosts(new HashSet<Endpoint> { Nobody }, decapsulate: null);
        foreach (var (_, ip) in TunnelTests.EveryTunnel(Frames.Udp(Frames.Bytes(10))))
        {
            for (var length = 0; length <= ip.Length; length++)
            {
                Assert.That(hosts.Has(new Packet(default, 1, LinkType.Raw, ip.AsSpan(0, length), ip.Length)), Is.False);
            }
        }
    }

    private static bool Has(LinkType linkType, byte[] frame, params Endpoint[] hosts) =>
        new PacketHosts(hosts.ToHashSet(), decapsulate: null).Has(new Packet(default, 1, linkType, frame, frame.Length));
}
