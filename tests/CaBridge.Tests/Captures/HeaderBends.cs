using System.Buffers.Binary;
using System.Numerics;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Captures;

/// <summary>Captures with other headers below or in TCP and UDP; what the circuits said stays.</summary>
internal static class HeaderBends
{
    // 10.44.0.11 becomes fd00::a2c:b
    private const int IPv6HeaderLength = 40;
    private const byte FragmentHeader = 44;
    private const byte UniqueLocalPrefix = 0xFD;

    /// <summary>Puts VLAN tags before the EtherType of Ethernet frames, the outermost first.</summary>
    public static IEnumerable<CapturedFrame> Tagged(IEnumerable<CapturedFrame> frames, params ushort[] tagTypes) =>
        frames.Select(frame => frame.LinkType == LinkType.Ethernet ? Tagged(frame, tagTypes) : frame);

    /// <summary>Only the IP packets, and nothing before them.</summary>
    public static IEnumerable<CapturedFrame> WithoutLink(IEnumerable<CapturedFrame> frames, LinkType linkType = LinkType.Raw) =>
        frames.Where(FrameLayout.IsIPv4).Select(frame => OnLink(frame, linkType, []));

    /// <summary>Only the IP packets, behind any link header.</summary>
    public static CapturedFrame OnLink(CapturedFrame frame, LinkType linkType, ReadOnlySpan<byte> link)
    {
        var cut = FrameLayout.LinkLength(frame.LinkType);
        return new CapturedFrame(
            frame.UnixNanoseconds, linkType, [.. link, .. frame.Data.AsSpan(cut)], frame.OriginalLength - cut + link.Length);
    }

    /// <summary>IPv4 packets and fragments as IPv6 ones; other frames as they are.</summary>
    public static IEnumerable<CapturedFrame> AsIPv6(IEnumerable<CapturedFrame> frames) =>
        frames.Select(frame => FrameLayout.IsIPv4(frame) ? AsIPv6(frame) : frame);

    /// <summary>Where <see cref="AsIPv6(IEnumerable{CapturedFrame})"/> puts an endpoint.</summary>
    public static Endpoint AsIPv6(Endpoint endpoint) =>
        new(new UInt128((ulong)UniqueLocalPrefix << 56, (ulong)endpoint.Address & uint.MaxValue), endpoint.Port);

    /// <summary>Hosts 10.x and 127.x with another second number; broadcasts stay.</summary>
    public static IEnumerable<CapturedFrame> Moved(IEnumerable<CapturedFrame> frames, byte offset) => frames.Select(frame =>
    {
        if (!FrameLayout.IsIPv4(frame))
            return frame;

        var moved = frame with { Data = [.. frame.Data] };
        foreach (var at in (int[])[12, 16])
        {
            var address = FrameLayout.IPv4(moved)[at..];
            if (address[0] is 10 or 127)
                address[1] += offset;
        }

        return moved;
    });

    /// <summary>Where <see cref="Moved(IEnumerable{CapturedFrame}, byte)"/> puts an endpoint.</summary>
    public static Endpoint Moved(Endpoint endpoint, byte offset) =>
        (byte)(endpoint.Address >> 24) is 10 or 127 ? new Endpoint(endpoint.Address + ((UInt128)offset << 16), endpoint.Port) : endpoint;

    /// <summary>Adds a constant to the sequence numbers of each direction, so that they pass 2³² after so many bytes.</summary>
    public static IEnumerable<CapturedFrame> Wrapping(IEnumerable<CapturedFrame> frames, uint bytesBeforeWrap)
    {
        var shifts = new Dictionary<(uint, uint, uint), uint>();
        return frames.Select(frame => FrameLayout.IsTcp(frame) ? Shifted(frame) : frame);

        CapturedFrame Shifted(CapturedFrame frame)
        {
            var shifted = frame with { Data = [.. frame.Data] };
            var ip = FrameLayout.IPv4(shifted);
            var tcp = ip[FrameLayout.IPv4HeaderLength(ip)..];
            var source = BinaryPrimitives.ReadUInt32BigEndian(ip[12..]);
            var destination = BinaryPrimitives.ReadUInt32BigEndian(ip[16..]);
            var ports = BinaryPrimitives.ReadUInt32BigEndian(tcp);
            Shift(tcp[4..], (source, destination, ports));
            const int Acknowledgment = 0x10;
            if ((tcp[13] & Acknowledgment) != 0)
                Shift(tcp[8..], (destination, source, BitOperations.RotateLeft(ports, 16)));
            return shifted;
        }

        void Shift(Span<byte> number, (uint Source, uint Destination, uint Ports) direction)
        {
            var value = BinaryPrimitives.ReadUInt32BigEndian(number);
            if (!shifts.TryGetValue(direction, out var shift))
                shifts.Add(direction, shift = unchecked(0 - bytesBeforeWrap - value));
            BinaryPrimitives.WriteUInt32BigEndian(number, unchecked(value + shift));
        }
    }

    private static CapturedFrame Tagged(CapturedFrame frame, ushort[] tagTypes)
    {
        const int Addresses = 12;
        byte[] tags = [.. tagTypes.SelectMany((type, i) => (byte[])[(byte)(type >> 8), (byte)type, 0x20, (byte)(i + 1)])];
        return frame with
        {
            Data = [.. frame.Data[..Addresses], .. tags, .. frame.Data[Addresses..]],
            OriginalLength = frame.OriginalLength + tags.Length,
        };
    }

    private static CapturedFrame AsIPv6(CapturedFrame frame)
    {
        var ip = FrameLayout.IPv4(frame);
        ip = ip[..Math.Min(ip.Length, BinaryPrimitives.ReadUInt16BigEndian(ip[2..]))];
        var fragment = FrameLayout.FragmentField(ip);
        var headerLength = FrameLayout.IPv4HeaderLength(ip);
        var payload = ip[headerLength..];
        var payloadLength = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]) - headerLength;
        const ushort OffsetAndMore = 0x3FFF;
        byte[] fragmentHeader = (fragment & OffsetAndMore) == 0 ? [] : FragmentHeaderOf(ip, fragment);

        Span<byte> header = stackalloc byte[IPv6HeaderLength];
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(fragmentHeader.Length + payloadLength));
        header[6] = fragmentHeader.Length == 0 ? ip[9] : FragmentHeader;
        header[7] = ip[8];
        header[8] = header[24] = UniqueLocalPrefix;
        ip[12..16].CopyTo(header[20..]);
        ip[16..20].CopyTo(header[36..]);

        byte[] data = [.. frame.Data[..FrameLayout.LinkLength(frame.LinkType)], .. header, .. fragmentHeader, .. payload];
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(FrameLayout.TypeOffset(frame.LinkType)), FrameLayout.IPv6Type);
        return frame with { Data = data, OriginalLength = data.Length - payload.Length + payloadLength };
    }

    /// <summary>RFC 8200 4.5: the offset stands three bits higher than in IPv4, "more" in the lowest.</summary>
    private static byte[] FragmentHeaderOf(ReadOnlySpan<byte> ip, ushort fragment)
    {
        const int MoreInIPv4 = 0x2000;
        var field = (ushort)((fragment << 3) | ((fragment & MoreInIPv4) != 0 ? 1 : 0));
        return [ip[9], 0, (byte)(field >> 8), (byte)field, 0, 0, ip[4], ip[5]];
    }
}
