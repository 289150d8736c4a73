using System.Buffers;
using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Extcap.Annotation;

/// <summary>What clients say that their hosts are called, by HOST_NAME: each name of a host is told once. Nobody checks what they say.</summary>
internal sealed class HostNames
{
    private const int MaxNames = 16_384;
    private const int MaxNameBytes = 253;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"u8);

    private readonly HashSet<(Endpoint, string)> _told = [];

    /// <returns>Null where there is nothing new.</returns>
    public string? Take(in DecodedMessage message)
    {
        var bytes = PayloadText.UntilNul(message.Payload);
        if (bytes.Length is 0 or > MaxNameBytes || bytes.ContainsAnyExcept(NameBytes) || _told.Count >= MaxNames)
        {
            return null;
        }

        var name = Encoding.ASCII.GetString(bytes);
        return _told.Add((message.Source.Host, name)) ? name : null;
    }
}
