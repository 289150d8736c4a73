namespace CaBridge.Analysis.Packets;

/// <summary>EtherTypes (https://www.iana.org/assignments/ieee-802-numbers) that are read here or known to carry no IP.</summary>
internal static class EtherType
{
    /// <summary>At or below it the field is the length of an IEEE 802.3 frame, and LLC follows.</summary>
    public const ushort MaxLength = 1500;

    /// <summary>The first value that is an EtherType; between this and <see cref="MaxLength"/> nothing is defined.</summary>
    public const ushort First = 0x0600;
    public const ushort IPv4 = 0x0800;
    public const ushort IPv6 = 0x86DD;
    public const ushort Vlan = 0x8100;
    public const ushort ServiceVlan = 0x88A8;
    public const ushort StackedVlan = 0x9100;
    public const ushort StackedVlanOld = 0x9200;
    public const ushort MplsUnicast = 0x8847;
    public const ushort MplsMulticast = 0x8848;
    public const ushort TransparentEthernet = 0x6558;
    public const ushort Erspan = 0x88BE;
    public const ushort ErspanType3 = 0x22EB;

    /// <summary>Whether it is common on networks and never has IP in it, so that no <see cref="Decapsulator"/> need be asked.</summary>
    public static bool CarriesNoIp(ushort etherType) => etherType switch
    {
        < First => true,
        0x0806 or 0x8035 => true, // ARP, RARP
        0x0842 => true, // wake-on-LAN
        0x809B or 0x80F3 or 0x8137 => true, // AppleTalk, its ARP, IPX
        0x8808 or 0x8809 => true, // pause frames, slow protocols (LACP)
        0x8863 => true, // PPPoE discovery
        0x888E or 0x88E5 => true, // 802.1X, MACsec (encrypted)
        0x8892 or 0x88A4 or 0x88AB or 0x88B8 or 0x88BA or 0x88E3 => true, // field buses: PROFINET, EtherCAT, POWERLINK, GOOSE, SV, MRP
        0x88CC or 0x88D9 or 0x88F5 or 0x88F6 or 0x8902 => true, // LLDP, LLTD, MVRP, MMRP, CFM
        0x88F7 => true, // PTP
        0x9000 => true, // configuration test
        _ => false,
    };
}
