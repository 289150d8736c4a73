using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace CaBridge.Analysis;

/// <summary>An IP address and a port; IPv4 is held as its IPv4-mapped IPv6 address (<c>::ffff:a.b.c.d</c>, RFC 4291 2.5.5.2).</summary>
/// <param name="Address">The 128-bit address, most significant byte first on the wire.</param>
/// <param name="Port">UDP or TCP port; 0 where only the host is meant.</param>
public readonly record struct Endpoint(UInt128 Address, ushort Port)
{
    private const uint MappedPrefix = 0xFFFF;

    public bool IsIPv4 => (Address >> 32) == MappedPrefix;

    /// <summary>The same host with port 0: the key of what is counted by host.</summary>
    public Endpoint Host => this with { Port = 0 };

    /// <param name="address">The address as the 32-bit number of its four bytes in network order.</param>
    public static Endpoint FromIPv4(uint address, ushort port) => new(new UInt128(0, ((ulong)MappedPrefix << 32) | address), port);

    /// <param name="address">Exactly 16 bytes in network order.</param>
    public static Endpoint FromIPv6(ReadOnlySpan<byte> address, ushort port) => new(BinaryPrimitives.ReadUInt128BigEndian(address), port);

    /// <summary>The address alone: <c>10.44.0.21</c> or <c>fe80::1</c>.</summary>
    public string AddressText()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes).ToString();
    }

    /// <summary><c>10.44.0.21:5064</c> or <c>[fe80::1]:5064</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsIPv4 ? AddressText() : $"[{AddressText()}]")}:{Port}");
}
