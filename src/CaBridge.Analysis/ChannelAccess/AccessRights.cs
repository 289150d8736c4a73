using System.Globalization;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>What ACCESS_RIGHTS grants: bit 0 read, bit 1 write.</summary>
public static class AccessRights
{
    private static readonly string[] Names = ["none", "read", "write", "read|write"];

    public static bool CanRead(uint rights) => (rights & 1) != 0;

    public static bool CanWrite(uint rights) => (rights & 2) != 0;

    /// <summary><c>read|write</c>; with other bits than these two, the number as <c>0x7</c>.</summary>
    public static string Name(uint rights) => rights < Names.Length ? Names[rights] : string.Create(CultureInfo.InvariantCulture, $"0x{rights:x}");
}
