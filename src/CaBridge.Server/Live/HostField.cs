using CaBridge.Analysis;

namespace CaBridge.Server.Live;

/// <summary>Hosts and endpoints in questions.</summary>
internal static class HostField
{
    /// <returns>Null for an empty text.</returns>
    /// <exception cref="QuestionException">It is neither an address nor an endpoint.</exception>
    public static HostOrEndpoint? Read(string text, string field) => text.Length == 0 ? null
        : HostOrEndpoint.TryParse(text, out var parsed) ? parsed
        : throw new QuestionException($"{field} must be an address, as 10.44.0.21, or an endpoint, as 10.44.0.21:5064; it is '{text}'");

    /// <exception cref="QuestionException">It is no address.</exception>
    public static Endpoint ReadHost(string text, string field) => HostOrEndpoint.TryParseHost(text, out var host)
        ? host
        : throw new QuestionException($"{field} must be an address, as 10.44.0.21; it is '{text}'");
}
