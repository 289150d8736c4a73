using System.Buffers;
using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Extcap.Annotation;

/// <summary>What clients call their hosts, by HOST_NAME: each told once.</summary>
internal sealed class HostNames
{
    private const int MaxHosts = 16_384;
    private const int MaxNameBytes = 253;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"u8);

    private readonly Dictionary<Endpoint, string> _names = [];

    /// <param name="name">Null where there is nothing new.</param>
    public void Take(in DecodedMessage message, out string? name)
    {
        name = null;
        var bytes = message.Payload;
        var end = bytes.IndexOf((byte)0);
        bytes = end < 0 ? bytes : bytes[..end];
        var host = message.Source.Host;
        if (bytes.Length is 0 or > MaxNameBytes || bytes.ContainsAnyExcept(NameBytes) || (_names.Count >= MaxHosts && !_names.ContainsKey(host)))
        {
            return;
        }

        if (!_names.TryGetValue(host, out var known) || !Ascii.Equals(bytes, known))
        {
            name = Encoding.ASCII.GetString(bytes);
            _names[host] = name;
        }
    }
}
