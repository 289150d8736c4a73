using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace CaBridge.Analysis;

/// <summary>An IP address and a port; IPv4 is held as its IPv4-mapped IPv6 address (<c>::ffff:a.b.c.d</c>, RFC 4291 2.5.5.2).</summary>
public readonly record struct Endpoint
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000;

    // Halves, as a UInt128 is aligned to 16 bytes: 24 bytes instead of 32, in every key and record.
    private readonly ulong _upper;
    private readonly ulong _lower;

    /// <param name="address">The 128-bit address, most significant byte first on the wire.</param>
    /// <param name="port">UDP or TCP port; 0 where only the host is meant.</param>
    public Endpoint(UInt128 address, ushort port)
        : this((ulong)(address >> 64), (ulong)address, port)
    {
    }

    private Endpoint(ulong upper, ulong lower, ushort port) => (_upper, _lower, Port) = (upper, lower, port);

    public UInt128 Address => new(_upper, _lower);

    public ushort Port { get; init; }

    public bool IsIPv4 => _upper == 0 && _lower >> 32 == MappedPrefix >> 32;

    /// <summary>The same host with port 0: the key of what is counted by host.</summary>
    public Endpoint Host => this with { Port = 0 };

    /// <param name="address">The address as the 32-bit number of its four bytes in network order.</param>
    public static Endpoint FromIPv4(uint address, ushort port) => new(0, MappedPrefix | address, port);

    /// <param name="address">Exactly 16 bytes in network order.</param>
    public static Endpoint FromIPv6(ReadOnlySpan<byte> address, ushort port) => new(BinaryPrimitives.ReadUInt128BigEndian(address), port);

    /// <summary>Whether both are on the same host.</summary>
    public bool IsAtHostOf(Endpoint other) => _lower == other._lower && _upper == other._upper;

    public bool Equals(Endpoint other) => IsAtHostOf(other) && Port == other.Port;

    /// <summary>Of the address's lower half and the port, in which hosts of a site differ, and the upper half.</summary>
    public override int GetHashCode() => (int)(((_lower ^ _upper ^ ((ulong)Port << 40)) * 0x9E37_79B9_7F4A_7C15) >> 32);

    /// <summary>The address alone: <c>10.44.0.21</c> or <c>fe80::1</c>.</summary>
    public string AddressText()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes).ToString();
    }

    /// <summary>The address alone where only the host is meant, else as <see cref="ToString"/>.</summary>
    public string HostOrEndpointText() => Port == 0 ? AddressText() : ToString();

    /// <summary><c>10.44.0.21:5064</c> or <c>[fe80::1]:5064</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsIPv4 ? AddressText() : $"[{AddressText()}]")}:{Port}");
}
