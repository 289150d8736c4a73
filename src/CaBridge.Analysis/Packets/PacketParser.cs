using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Packets;

/// <summary>
/// Reads a frame from its link layer up to TCP or UDP. Fragments and duplicates are remembered between calls, so frames come in the order of time,
/// from one sensor. No bytes throw; what is wrong with them goes to <paramref name="anomalies"/>.
/// </summary>
/// <param name="options"><see cref="AnalyzerOptions.MaxFragmentedDatagrams"/> bounds what is held.</param>
/// <param name="anomalies">Told of frames that were cut, malformed or recorded twice and of fragments whose datagram never was complete.</param>
/// <param name="decapsulate">
/// Asked about encapsulations that are not read here; without it they are <see cref="PacketKind.Other"/>. It must not throw either.
/// </param>
public sealed class PacketParser(AnalyzerOptions options, AnomalyLog anomalies, Decapsulator? decapsulate)
{
    private const int MaxTunnels = 4;

    private readonly FragmentReassembler _fragments = new(options.MaxFragmentedDatagrams, anomalies);
    private readonly DuplicateFilter _duplicates = new();

    /// <summary>Whether the last frame was an IP fragment, of the datagram that <see cref="FragmentOf"/> tells.</summary>
    internal bool IsFragment { get; private set; }

    /// <summary>Means something only with <see cref="IsFragment"/>.</summary>
    internal FragmentKey FragmentOf { get; private set; }

    /// <param name="packet">The next frame.</param>
    /// <param name="segment">Set if the result is <see cref="PacketKind.Tcp"/>, else <c>default</c>.</param>
    /// <param name="datagram">Set if the result is <see cref="PacketKind.Udp"/>, else <c>default</c>.</param>
    public PacketKind Parse(in Packet packet, out TcpSegment segment, out UdpDatagram datagram)
    {
        segment = default;
        datagram = default;
        IsFragment = false;
        var linkType = packet.LinkType;
        var link = new FrameBytes(packet.Data, packet.OriginalLength);
        if (link.IsCut)
        {
            anomalies.Add(AnomalyKind.FrameCut, packet.Frame, link.WireLength - link.Captured.Length);
        }

        var bytes = link;
        var ip = default(IpHeader);
        var ipHeaders = 0;
        var layer = LinkHeader.Read(linkType, ref bytes);
        while (true)
        {
            switch (layer)
            {
                case Layer.Ethernet:
                    linkType = LinkType.Ethernet;
                    link = bytes;
                    layer = LinkHeader.Read(linkType, ref bytes);
                    break;
                case Layer.Encapsulated:
                    layer = Decapsulate(linkType, link, ref bytes);
                    break;
                case Layer.Ip:
                    layer = VersionOf(bytes);
                    break;
                case Layer.IPv4 or Layer.IPv6 when ++ipHeaders > 1 + MaxTunnels:
                    return PacketKind.Other;
                case Layer.IPv4:
                    layer = IPv4Header.Read(ref bytes, out ip);
                    break;
                case Layer.IPv6:
                    layer = IPv6Header.Read(ref bytes, out ip);
                    break;
                case Layer.Extension:
                    layer = IPv6Header.ReadExtension(ref bytes, ref ip);
                    break;
                case Layer.Fragment:
                    (IsFragment, FragmentOf) = (true, FragmentKey.Of(ip));
                    switch (_fragments.Add(ref ip, ref bytes, packet.Time, packet.Frame))
                    {
                        case FragmentOutcome.Incomplete:
                            return PacketKind.Fragment;
                        case FragmentOutcome.Duplicate:
                            return CountDuplicate(packet);
                        case FragmentOutcome.Malformed:
                            return CountMalformed(packet);
                        default:
                            layer = ip.Next;
                            break;
                    }

                    break;
                case Layer.Gre:
                    layer = ReadGre(ref bytes, packet.Frame);
                    break;
                case Layer.Tcp:
                    layer = TcpHeader.Read(bytes, ip, packet, out segment);
                    if (layer == Layer.Tcp)
                    {
                        return PacketKind.Tcp;
                    }

                    break;
                case Layer.Udp:
                    layer = UdpHeader.Read(ref bytes, ip, packet, out datagram);
                    if (layer == Layer.Udp && datagram.Destination.Port == TunnelHeader.VxlanPort && TunnelHeader.TryReadVxlan(ref bytes))
                    {
                        datagram = default;
                        layer = Layer.Ethernet;
                    }
                    else if (layer == Layer.Udp)
                    {
                        if (!_duplicates.IsDuplicate(datagram))
                        {
                            return PacketKind.Udp;
                        }

                        datagram = default;
                        return CountDuplicate(packet);
                    }

                    break;
                case Layer.Malformed:
                    return CountMalformed(packet);
                default:
                    return PacketKind.Other;
            }
        }
    }

    /// <summary>Counts the datagrams that lack fragments for too long by <paramref name="now"/>; packets do so, too, as far as they are fragments.</summary>
    public void Expire(CaptureTime now) => _fragments.Expire(now);

    /// <summary>The recording has ended: counts the datagrams that still lack fragments.</summary>
    public void Complete() => _fragments.Complete();

    /// <summary>What a packet that is known to be IP begins with.</summary>
    internal static Layer VersionOf(FrameBytes bytes)
    {
        if (bytes.Captured.IsEmpty)
        {
            return bytes.WithoutHeader(1);
        }

        return (bytes.Captured[0] >> 4) switch
        {
            4 => Layer.IPv4,
            6 => Layer.IPv6,
            _ => Layer.Malformed,
        };
    }

    private Layer Decapsulate(LinkType linkType, FrameBytes link, ref FrameBytes bytes)
    {
        if (decapsulate is null || !decapsulate(linkType, link.Captured, out var ip))
        {
            return Layer.Other;
        }

        bytes = new FrameBytes(ip, ip.Length + link.WireLength - link.Captured.Length);
        return Layer.Ip;
    }

    private Layer ReadGre(ref FrameBytes bytes, long frame)
    {
        var wasCut = bytes.IsCut;
        var layer = TunnelHeader.ReadGre(ref bytes);
        if (bytes.IsCut && !wasCut)
        {
            anomalies.Add(AnomalyKind.FrameCut, frame);
        }

        return layer;
    }

    private PacketKind CountDuplicate(in Packet packet)
    {
        anomalies.Add(AnomalyKind.DuplicateFrame, packet.Frame, packet.Data.Length);
        return PacketKind.Duplicate;
    }

    private PacketKind CountMalformed(in Packet packet)
    {
        anomalies.Add(AnomalyKind.FrameMalformed, packet.Frame, packet.Data.Length);
        return PacketKind.Malformed;
    }

    internal void Keep(StateArchive archive)
    {
        _fragments.Keep(archive);
        _duplicates.Keep(archive);
    }
}
