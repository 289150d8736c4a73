using CaBridge.Analysis.Packets;
using PacketDotNet;
using PacketDotNet.Ieee80211;
using PacketDotNet.Utils;
using Packet = PacketDotNet.Packet;

namespace CaBridge.Capture;

/// <summary>
/// Encapsulations that Analysis does not read with spans, read by PacketDotNet: PPP, PPPoE, 802.11 with and without radiotap or PPI. It
/// allocates for each frame.
/// </summary>
public static class OtherEncapsulations
{
    private const LinkType Ppp = (LinkType)9;
    private const LinkType PppInHdlcFraming = (LinkType)50;
    private const LinkType PppoeSession = (LinkType)51;
    private const LinkType WirelessLan = (LinkType)105;
    private const LinkType WirelessLanRadiotap = (LinkType)127;
    private const LinkType PerPacketInformation = (LinkType)192;

    /// <summary>Whether a link type is one of those that are read here but not by Analysis.</summary>
    public static bool Reads(LinkType linkType) =>
        linkType is Ppp or PppInHdlcFraming or PppoeSession or WirelessLan or WirelessLanRadiotap or PerPacketInformation;

    /// <summary>A <see cref="Decapsulator"/>: finds the outermost IP packet.</summary>
    /// <param name="linkType">Ethernet, or one that <see cref="Reads"/>.</param>
    /// <param name="frame">The frame as recorded; is copied.</param>
    /// <param name="ip">From the IP header to the end of the frame; what follows the IP packet is still there.</param>
    /// <returns>Whether there is one; <c>false</c> also for frames that cannot be parsed.</returns>
    public static bool TryFindIp(LinkType linkType, ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> ip)
    {
        ip = default;
        try
        {
            if (Parse(linkType, frame) is not { } packet)
                return false;

            if (packet.Extract<IPPacket>() is { HeaderSegment: var header })
                ip = header.Bytes.AsSpan(header.Offset);
            else if (packet.Extract<DataFrame>() is { PayloadDataSegment: { } payload })
                ip = BehindSnap(payload.Bytes.AsSpan(payload.Offset, payload.Length));
            return !ip.IsEmpty;
        }
        catch (Exception exception) when (IsParseFailure(exception))
        {
            return false;
        }
    }

    /// <summary>RFC 1042: IP in an 802.11 data frame stands behind LLC <c>AA AA 03</c>, SNAP <c>00 00 00</c> and the EtherType, which PacketDotNet leaves as data.</summary>
    private static ReadOnlySpan<byte> BehindSnap(ReadOnlySpan<byte> payload) =>
        payload is [0xAA, 0xAA, 0x03, 0, 0, 0, 0x08, 0x00, ..] or [0xAA, 0xAA, 0x03, 0, 0, 0, 0x86, 0xDD, ..] ? payload[8..] : default;

    private static Packet? Parse(LinkType linkType, ReadOnlySpan<byte> frame) => linkType switch
    {
        LinkType.Ethernet => Packet.ParsePacket(LinkLayers.Ethernet, frame.ToArray()),
        Ppp or PppInHdlcFraming => Packet.ParsePacket(LinkLayers.Ppp, WithoutHdlcAddress(frame).ToArray()),
        PppoeSession => new PppoePacket(new ByteArraySegment(frame.ToArray())),
        WirelessLan => Packet.ParsePacket(LinkLayers.Ieee80211, frame.ToArray()),
        WirelessLanRadiotap => Packet.ParsePacket(LinkLayers.Ieee80211RadioTap, frame.ToArray()),
        PerPacketInformation => Packet.ParsePacket(LinkLayers.Ppi, frame.ToArray()),
        _ => null,
    };

    /// <summary>RFC 1662: PPP in HDLC-like framing begins with the address 0xFF and the control field 0x03.</summary>
    private static ReadOnlySpan<byte> WithoutHdlcAddress(ReadOnlySpan<byte> frame) => frame.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x03]) ? frame[2..] : frame;

    /// <summary>PacketDotNet reports a frame that it cannot parse by whatever its parsing ran into.</summary>
    private static bool IsParseFailure(Exception exception) => exception
        is ArgumentException
        or ArithmeticException
        or FormatException
        or IndexOutOfRangeException
        or InvalidCastException
        or InvalidOperationException
        or IOException
        or NotImplementedException
        or NotSupportedException
        or NullReferenceException;
}
