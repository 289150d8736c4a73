using System.Net;
using CaBridge.Analysis;

namespace CaBridge.Server.Live;

/// <summary>An address, which all its ports match, or an endpoint.</summary>
internal sealed record HostOrEndpoint(Endpoint Endpoint)
{
    /// <returns>Null for an empty text.</returns>
    /// <exception cref="QuestionException">It is neither.</exception>
    public static HostOrEndpoint? Parse(string text, string field)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (IPAddress.TryParse(text, out var address))
        {
            return new HostOrEndpoint(Of(address, 0));
        }

        return IPEndPoint.TryParse(text, out var endpoint)
            ? new HostOrEndpoint(Of(endpoint.Address, (ushort)endpoint.Port))
            : throw new QuestionException($"{field} must be an address, as 10.44.0.21, or an endpoint, as 10.44.0.21:5064; it is '{text}'");
    }

    public bool Matches(Endpoint other) => Endpoint.Port == 0 ? other.IsAtHostOf(Endpoint) : other == Endpoint;

    /// <exception cref="QuestionException">It is no address.</exception>
    public static Endpoint ParseHost(string text, string field) => IPAddress.TryParse(text, out var address)
        ? Of(address, 0)
        : throw new QuestionException($"{field} must be an address, as 10.44.0.21; it is '{text}'");

    private static Endpoint Of(IPAddress address, ushort port) => Endpoint.FromIPv6(address.MapToIPv6().GetAddressBytes(), port);
}
