using System.Buffers.Binary;

namespace CaBridge.Analysis.Packets;

/// <summary>
/// Link-layer headers up to IP (https://www.tcpdump.org/linktypes.html):
/// <code>
/// Ethernet     destination(6) source(6) EtherType or length(2)
/// VLAN tag     tag(2) EtherType(2), any number of them
/// LLC/SNAP     AA AA 03 organisation(3) EtherType(2)
/// LINUX_SLL    packet type(2) ARPHRD(2) address length(2) address(8) EtherType(2)
/// LINUX_SLL2   EtherType(2) reserved(2) interface(4) ARPHRD(2) packet type(1) address length(1) address(8)
/// NULL, LOOP   address family(4)
/// MPLS label   label(20 bits) class(3 bits) bottom of stack(1 bit) TTL(8 bits)
/// </code>
/// </summary>
internal static class LinkHeader
{
    private const int EthernetSize = 14;
    private const int EthernetTypeOffset = 12;
    private const int VlanTagSize = 4;
    private const int VlanTypeOffset = 2;
    private const int LlcSize = 3;
    private const int SnapSize = 8;
    private const int SnapTypeOffset = 6;
    private const int SllSize = 16;
    private const int SllHardwareOffset = 2;
    private const int SllTypeOffset = 14;
    private const int Sll2Size = 20;
    private const int Sll2TypeOffset = 0;
    private const int Sll2HardwareOffset = 8;
    private const int FamilySize = 4;
    private const int MplsLabelSize = 4;

    private const uint LlcSnap = 0xAAAA03;
    private const uint LlcIp = 0x060603;
    private const uint OrganisationEthernet = 0x000000;
    private const uint OrganisationBridgeTunnel = 0x0000F8;

    /// <summary>LINUX_SLL's own EtherType for a frame that begins with LLC.</summary>
    private const ushort SllLlc = 4;

    /// <summary>ARPHRD_NETLINK and ARPHRD_IPGRE: the EtherType field has another meaning there.</summary>
    private const ushort HardwareNetlink = 824;
    private const ushort HardwareGre = 778;

    /// <summary>Moves <paramref name="bytes"/> past the link-layer headers.</summary>
    /// <returns>An IP layer, or <see cref="Layer.Encapsulated"/>, <see cref="Layer.Other"/>, <see cref="Layer.Malformed"/>.</returns>
    public static Layer Read(LinkType linkType, ref FrameBytes bytes) => linkType switch
    {
        LinkType.Ethernet => ReadEthernet(ref bytes),
        LinkType.LinuxSll => ReadCooked(ref bytes, SllSize, SllTypeOffset, SllHardwareOffset),
        LinkType.LinuxSll2 => ReadCooked(ref bytes, Sll2Size, Sll2TypeOffset, Sll2HardwareOffset),
        LinkType.Null or LinkType.Loop => ReadFamily(ref bytes),
        LinkType.Raw or LinkType.RawDlt12 or LinkType.RawDlt14 => Layer.Ip,
        LinkType.IPv4 => Layer.IPv4,
        LinkType.IPv6 => Layer.IPv6,
        _ => Layer.Encapsulated,
    };

    private static Layer ReadEthernet(ref FrameBytes bytes)
    {
        if (bytes.Captured.Length < EthernetSize)
        {
            return bytes.WithoutHeader(EthernetSize);
        }

        var etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes.Captured[EthernetTypeOffset..]);
        bytes = bytes.After(EthernetSize);
        return etherType == EtherType.IPv4 ? Layer.IPv4 : ReadEtherType(etherType, ref bytes);
    }

    private static Layer ReadCooked(ref FrameBytes bytes, int size, int typeOffset, int hardwareOffset)
    {
        if (bytes.Captured.Length < size)
        {
            return bytes.WithoutHeader(size);
        }

        var etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes.Captured[typeOffset..]);
        var hardware = BinaryPrimitives.ReadUInt16BigEndian(bytes.Captured[hardwareOffset..]);
        bytes = bytes.After(size);
        return hardware switch
        {
            HardwareNetlink => Layer.Other,
            HardwareGre => Layer.Encapsulated,
            _ when etherType < EtherType.First && etherType != SllLlc => Layer.Other,
            _ => ReadEtherType(etherType, ref bytes),
        };
    }

    private static Layer ReadFamily(ref FrameBytes bytes)
    {
        if (bytes.Captured.Length < FamilySize)
        {
            return bytes.WithoutHeader(FamilySize);
        }

        var family = BinaryPrimitives.ReadUInt32BigEndian(bytes.Captured);
        if (family > ushort.MaxValue)
        {
            family = BinaryPrimitives.ReverseEndianness(family);
        }

        bytes = bytes.After(FamilySize);
        return family switch
        {
            2 => Layer.IPv4,
            10 or 24 or 28 or 30 => Layer.IPv6, // AF_INET6 of Linux; NetBSD and OpenBSD; FreeBSD; macOS
            _ => Layer.Other,
        };
    }

    private static Layer ReadEtherType(ushort etherType, ref FrameBytes bytes)
    {
        while (true)
        {
            switch (etherType)
            {
                case EtherType.IPv4:
                    return Layer.IPv4;
                case EtherType.IPv6:
                    return Layer.IPv6;
                case EtherType.Vlan or EtherType.ServiceVlan or EtherType.StackedVlan or EtherType.StackedVlanOld:
                    if (bytes.Captured.Length < VlanTagSize)
                    {
                        return bytes.WithoutHeader(VlanTagSize);
                    }

                    etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes.Captured[VlanTypeOffset..]);
                    bytes = bytes.After(VlanTagSize);
                    break;
                case EtherType.MplsUnicast or EtherType.MplsMulticast:
                    return ReadMplsLabels(ref bytes);
                case <= EtherType.MaxLength:
                    if (bytes.Captured.Length < LlcSize)
                    {
                        return bytes.WithoutHeader(LlcSize);
                    }

                    switch (ReadUInt24(bytes.Captured))
                    {
                        case LlcIp:
                            bytes = bytes.After(LlcSize);
                            return Layer.IPv4;
                        case not LlcSnap:
                            return Layer.Other;
                    }

                    if (bytes.Captured.Length < SnapSize)
                    {
                        return bytes.WithoutHeader(SnapSize);
                    }

                    if (ReadUInt24(bytes.Captured[LlcSize..]) is not (OrganisationEthernet or OrganisationBridgeTunnel))
                    {
                        return Layer.Other;
                    }

                    etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes.Captured[SnapTypeOffset..]);
                    bytes = bytes.After(SnapSize);
                    break;
                default:
                    return EtherType.CarriesNoIp(etherType) ? Layer.Other : Layer.Encapsulated;
            }
        }
    }

    /// <summary>No field names what MPLS carries; routers, too, tell IP by its version bits (RFC 4928 2).</summary>
    private static Layer ReadMplsLabels(ref FrameBytes bytes)
    {
        bool bottom;
        do
        {
            if (bytes.Captured.Length < MplsLabelSize)
            {
                return bytes.WithoutHeader(MplsLabelSize);
            }

            bottom = (bytes.Captured[2] & 1) != 0;
            bytes = bytes.After(MplsLabelSize);
        }
        while (!bottom);

        if (bytes.Captured.IsEmpty)
        {
            return bytes.WithoutHeader(1);
        }

        return (bytes.Captured[0] >> 4) is 4 or 6 ? Layer.Ip : Layer.Encapsulated;
    }

    private static uint ReadUInt24(ReadOnlySpan<byte> bytes) => ((uint)bytes[0] << 16) | ((uint)bytes[1] << 8) | bytes[2];
}
