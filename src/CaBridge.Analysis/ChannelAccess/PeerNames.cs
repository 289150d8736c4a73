using System.Text;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>What CLIENT_NAME and HOST_NAME say, each text once: clients say the same on every circuit.</summary>
/// <param name="limit">Texts held at most; further ones are made anew for each mention.</param>
internal sealed class PeerNames(int limit)
{
    /// <summary>Longer than user and host names are; the rest is left out.</summary>
    private const int MaxBytes = 256;

    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    /// <summary>The text in a payload, up to its NUL; bytes outside UTF-8 as U+FFFD.</summary>
    public string Get(ReadOnlySpan<byte> payload)
    {
        var bytes = PayloadText.UntilNul(payload);
        bytes = bytes[..Math.Min(bytes.Length, MaxBytes)];
        Span<char> characters = stackalloc char[MaxBytes];
        ReadOnlySpan<char> text = characters[..Encoding.UTF8.GetChars(bytes, characters)];
        if (_texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known))
        {
            return known;
        }

        var made = text.ToString();
        if (_texts.Count < limit)
        {
            _texts.Add(made);
        }

        return made;
    }
}
