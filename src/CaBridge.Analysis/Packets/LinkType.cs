namespace CaBridge.Analysis.Packets;

/// <summary>Link-layer header types as capture files number them (https://www.tcpdump.org/linktypes.html); others are carried as numbers.</summary>
public enum LinkType
{
    /// <summary>BSD loopback: a 4-byte protocol family in the byte order of the machine that recorded it.</summary>
    Null = 0,
    Ethernet = 1,

    /// <summary>Raw IP as some systems' DLT_RAW is numbered in files.</summary>
    RawDlt12 = 12,

    /// <summary>Raw IP as OpenBSD's DLT_RAW is numbered.</summary>
    RawDlt14 = 14,

    /// <summary>IPv4 or IPv6 with nothing before it.</summary>
    Raw = 101,

    /// <summary>OpenBSD loopback: a 4-byte protocol family in network order.</summary>
    Loop = 108,
    LinuxSll = 113,
    IPv4 = 228,
    IPv6 = 229,
    LinuxSll2 = 276,
}
