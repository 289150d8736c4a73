using System.Text;
using CaBridge.Analysis;

namespace CaBridge.Cli.Rendering;

/// <summary>The text of each endpoint and host, formatted once. Forgets all of them when there are too many.</summary>
internal sealed class EndpointTexts
{
    private const int MaxEntries = 65_536;

    private readonly Dictionary<Endpoint, byte[]> _endpoints = [];
    private readonly Dictionary<UInt128, byte[]> _addresses = [];

    /// <summary><c>10.44.0.21:5064</c>; valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(Endpoint endpoint)
    {
        if (!_endpoints.TryGetValue(endpoint, out var text))
        {
            text = Encoding.UTF8.GetBytes(endpoint.ToString());
            Keep(_endpoints, endpoint, text);
        }

        return text;
    }

    /// <summary><c>10.44.0.21</c>; valid until the next call.</summary>
    public ReadOnlySpan<byte> OfAddress(Endpoint endpoint)
    {
        if (!_addresses.TryGetValue(endpoint.Address, out var text))
        {
            text = Encoding.UTF8.GetBytes(endpoint.AddressText());
            Keep(_addresses, endpoint.Address, text);
        }

        return text;
    }

    private static void Keep<TKey>(Dictionary<TKey, byte[]> texts, TKey key, byte[] text)
        where TKey : notnull
    {
        if (texts.Count >= MaxEntries)
        {
            texts.Clear();
        }

        texts.Add(key, text);
    }
}
