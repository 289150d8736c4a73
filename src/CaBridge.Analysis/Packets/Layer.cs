namespace CaBridge.Analysis.Packets;

/// <summary>What the bytes at hand are to be read as, or why there is nothing more to read.</summary>
internal enum Layer
{
    Ethernet,

    /// <summary>IPv4 or IPv6; its first four bits tell.</summary>
    Ip,
    IPv4,
    IPv6,

    /// <summary>An IPv6 extension header, or IPsec's authentication header in either version.</summary>
    Extension,

    /// <summary>A part of an IP datagram.</summary>
    Fragment,
    Gre,
    Tcp,
    Udp,

    /// <summary>Something that may carry IP in a way that is not read here.</summary>
    Encapsulated,
    Other,
    Malformed,
}
