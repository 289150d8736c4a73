namespace CaBridge.Analysis.Packets;

/// <summary>What the fragments of one datagram have in common (RFC 791 3.2, RFC 8200 4.5).</summary>
/// <param name="Protocol">0 for IPv6, where it need not agree and that of the first fragment counts.</param>
internal readonly record struct FragmentKey(UInt128 Source, UInt128 Destination, uint Id, byte Protocol)
{
    public static FragmentKey Of(in IpHeader ip) => new(ip.Source, ip.Destination, ip.Id, ip.IsIPv6 ? (byte)0 : ip.Protocol);
}
