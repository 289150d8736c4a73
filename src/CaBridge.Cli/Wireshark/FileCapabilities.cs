using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CaBridge.Cli.Wireshark;

/// <summary>The capabilities of a program's file on Linux, capabilities(7).</summary>
internal static class FileCapabilities
{
    private const int NetRaw = 13;

    /// <summary>Of <c>struct vfs_cap_data</c>: magic and flags, then the permitted and inheritable sets.</summary>
    private const int PermittedAt = 4;
    private const int MostBytes = 24;

    /// <summary>What gives a program the right to capture.</summary>
    public static string Advice(string path) => $"sudo setcap cap_net_raw,cap_net_admin=eip '{path}'";

    /// <returns>False also where files have none.</returns>
    public static bool MayCapture(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var value = new byte[MostBytes];
        var length = GetExtendedAttribute(path, "security.capability", value, MostBytes);
        return length >= PermittedAt + sizeof(uint) && (BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(PermittedAt)) & (1U << NetRaw)) != 0;
    }

    [DllImport("libc", EntryPoint = "getxattr", ExactSpelling = true)]
    private static extern nint GetExtendedAttribute(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [Out] byte[] value, nint size);
}
