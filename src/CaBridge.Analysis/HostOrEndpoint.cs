using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace CaBridge.Analysis;

/// <summary>An address, which all its ports match, or an endpoint.</summary>
/// <param name="Endpoint">Of an address, its port is 0.</param>
public sealed record HostOrEndpoint(Endpoint Endpoint)
{
    /// <param name="text">As <c>10.44.0.21</c> or <c>10.44.0.21:5064</c>, <c>fe80::1</c> or <c>[fe80::1]:5064</c>.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out HostOrEndpoint? parsed)
    {
        parsed = TryParseHost(text, out var host) ? new HostOrEndpoint(host)
            : IPEndPoint.TryParse(text, out var endpoint) ? new HostOrEndpoint(Of(endpoint.Address, (ushort)endpoint.Port))
            : null;
        return parsed is not null;
    }

    /// <param name="host">With port 0.</param>
    public static bool TryParseHost(string text, out Endpoint host)
    {
        var isParsed = IPAddress.TryParse(text, out var address);
        host = isParsed ? Of(address!, 0) : default;
        return isParsed;
    }

    public bool Matches(Endpoint other) => Endpoint.Port == 0 ? other.IsAtHostOf(Endpoint) : other == Endpoint;

    private static Endpoint Of(IPAddress address, ushort port) => Endpoint.FromIPv6(address.MapToIPv6().GetAddressBytes(), port);
}
