namespace CaBridge.Analysis.Packets;

/// <summary>What either version of IP says of a packet.</summary>
/// <param name="Source">IPv4 mapped into IPv6, as <see cref="Endpoint"/> holds it.</param>
/// <param name="Destination">As <paramref name="Source"/>.</param>
/// <param name="Id">What its fragments have in common: 16 bits of IPv4, 32 of IPv6's fragment header, 0 if there is none.</param>
/// <param name="Protocol">What follows: an IP protocol number (https://www.iana.org/assignments/protocol-numbers).</param>
/// <param name="FragmentOffset">Bytes of the datagram before this fragment's; a multiple of 8.</param>
/// <param name="MoreFragments">Whether the datagram goes on after this fragment.</param>
internal readonly record struct IpHeader(
    UInt128 Source, UInt128 Destination, uint Id, byte Protocol, int FragmentOffset, bool MoreFragments, bool IsIPv6)
{
    public const byte HopByHop = 0;
    public const byte IPv4InIp = 4;
    public const byte Tcp = 6;
    public const byte Udp = 17;
    public const byte IPv6InIp = 41;
    public const byte Routing = 43;
    public const byte IPv6Fragment = 44;
    public const byte Gre = 47;
    public const byte Authentication = 51;
    public const byte DestinationOptions = 60;
    public const byte Mobility = 135;
    public const byte HostIdentity = 139;
    public const byte Shim6 = 140;

    /// <summary>What <see cref="Protocol"/> is read as.</summary>
    public Layer Next => Protocol switch
    {
        Tcp => Layer.Tcp,
        Udp => Layer.Udp,
        IPv4InIp => Layer.IPv4,
        IPv6InIp => Layer.IPv6,
        Gre => Layer.Gre,
        Authentication => Layer.Extension,
        HopByHop or Routing or IPv6Fragment or DestinationOptions or Mobility or HostIdentity or Shim6 when IsIPv6 => Layer.Extension,
        _ => Layer.Other,
    };
}
