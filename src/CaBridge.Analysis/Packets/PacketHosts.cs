namespace CaBridge.Analysis.Packets;

/// <summary>Tells packets that are from or to some hosts, whatever they carry; keeps nothing of them, and bad bytes do not throw.</summary>
/// <param name="hosts">Addresses, with port 0.</param>
/// <param name="decapsulate">Asked about encapsulations that are not read here; without it they have no host.</param>
public sealed class PacketHosts(IReadOnlySet<Endpoint> hosts, Decapsulator? decapsulate)
{
    private const int MaxHeaders = 16;

    /// <summary>Whether an IP header of the packet, its own or one inside a tunnel, has one of the hosts.</summary>
    public bool Has(in Packet packet)
    {
        var linkType = packet.LinkType;
        var link = new FrameBytes(packet.Data, packet.OriginalLength);
        var bytes = link;
        var layer = LinkHeader.Read(linkType, ref bytes);
        for (var headers = 0; headers < MaxHeaders; headers++)
        {
            var ip = default(IpHeader);
            switch (layer)
            {
                case Layer.Ethernet:
                    linkType = LinkType.Ethernet;
                    link = bytes;
                    layer = LinkHeader.Read(linkType, ref bytes);
                    continue;
                case Layer.Encapsulated when decapsulate is not null && decapsulate(linkType, link.Captured, out var inner):
                    bytes = new FrameBytes(inner, inner.Length);
                    layer = PacketParser.VersionOf(bytes);
                    continue;
                case Layer.Ip:
                    layer = PacketParser.VersionOf(bytes);
                    continue;
                case Layer.IPv4:
                    layer = IPv4Header.Read(ref bytes, out ip);
                    break;
                case Layer.IPv6:
                    layer = IPv6Header.Read(ref bytes, out ip);
                    break;
                case Layer.Gre:
                    layer = TunnelHeader.ReadGre(ref bytes);
                    continue;
                default:
                    return false;
            }

            if (layer == Layer.Malformed)
            {
                return false;
            }

            if (hosts.Contains(new Endpoint(ip.Source, 0)) || hosts.Contains(new Endpoint(ip.Destination, 0)))
            {
                return true;
            }

            while (layer == Layer.Extension)
            {
                layer = IPv6Header.ReadExtension(ref bytes, ref ip);
            }

            if (layer == Layer.Udp)
            {
                layer = ReadVxlan(ref bytes, ip, packet);
            }
        }

        return false;
    }

    private static Layer ReadVxlan(ref FrameBytes bytes, in IpHeader ip, in Packet packet) =>
        UdpHeader.Read(ref bytes, ip, packet, out var datagram) == Layer.Udp
            && datagram.Destination.Port == TunnelHeader.VxlanPort
            && TunnelHeader.TryReadVxlan(ref bytes)
                ? Layer.Ethernet
                : Layer.Other;
}
