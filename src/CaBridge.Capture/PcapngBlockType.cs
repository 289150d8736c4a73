namespace CaBridge.Capture;

/// <summary>The block types read or written here; all others are passed over (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html).</summary>
internal static class PcapngBlockType
{
    public const uint InterfaceDescription = 1;
    public const uint ObsoletePacket = 2;
    public const uint SimplePacket = 3;
    public const uint NameResolution = 4;
    public const uint InterfaceStatistics = 5;
    public const uint EnhancedPacket = 6;

    /// <summary>The same in both byte orders.</summary>
    public const uint SectionHeader = 0x0A0D0D0A;

    /// <summary>Follows a section header's length; its byte order is the section's.</summary>
    public const uint ByteOrderMagic = 0x1A2B3C4D;
}
