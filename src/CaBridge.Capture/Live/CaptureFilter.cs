using CaBridge.Analysis.Packets;
using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace CaBridge.Capture.Live;

/// <summary>BPF filters in the language of pcap-filter(7), which libpcap compiles for each link type.</summary>
public static class CaptureFilter
{
    private const int MaxWords = 64;

    /// <summary>Does nothing if libpcap takes the filter; names in it may be looked up in the domain name system.</summary>
    /// <param name="text">Empty takes everything.</param>
    /// <param name="linkType">Of the device that it is meant for.</param>
    /// <exception cref="CaptureException">It does not, or is not installed. The message has libpcap's words and the place, counted from 1.</exception>
    public static void Validate(string text, LinkType linkType)
    {
        ArgumentNullException.ThrowIfNull(text);
        Libpcap.Require();
        try
        {
            using var program = BpfProgram.Create((LinkLayers)(int)linkType, text);
        }
        catch (PcapException exception)
        {
            var place = FindPlace(text, (LinkLayers)(int)linkType, exception.Message);
            var rest = text[place..].Trim();
            var where = rest.Length == 0 ? "at its end" : $"at character {place + 1}, \"{rest}\"";
            throw new CaptureException($"The filter \"{text}\" is wrong {where}: {LiveFaults.Sentence(exception.Message)}", exception);
        }
    }

    /// <summary>libpcap tells no place. It is the word that its message quotes, else where the longest beginning ends that is a filter itself.</summary>
    private static int FindPlace(string text, LinkLayers linkType, string message)
    {
        var quote = message.IndexOf('\'', StringComparison.Ordinal);
        var end = quote < 0 ? -1 : message.IndexOf('\'', quote + 1);
        if (end > quote + 1 && text.IndexOf(message[(quote + 1)..end], StringComparison.Ordinal) is var named and >= 0)
            return named;

        var ends = WordEnds(text);
        for (var i = ends.Count - 1; i >= 0; i--)
        {
            if (IsFilter(text[..ends[i]], linkType))
                return ends[i] + (text.Length - ends[i] - text[ends[i]..].TrimStart().Length);
        }

        return text.Length - text.TrimStart().Length;
    }

    private static List<int> WordEnds(string text)
    {
        var ends = new List<int>();
        for (var i = 1; i < text.Length && ends.Count < MaxWords; i++)
        {
            if (IsBreak(text[i]) != IsBreak(text[i - 1]) || text[i] is '(' or ')')
                ends.Add(i);
        }

        return ends;
    }

    private static bool IsBreak(char character) => char.IsWhiteSpace(character) || character is '(' or ')';

    /// <summary>Whether a beginning is a filter once its brackets are closed.</summary>
    private static bool IsFilter(string beginning, LinkLayers linkType)
    {
        if (string.IsNullOrWhiteSpace(beginning))
            return false;
        var open = Math.Max(beginning.Count(character => character == '(') - beginning.Count(character => character == ')'), 0);
        using var program = BpfProgram.TryCreate(linkType, beginning + new string(')', open));
        return program is not null;
    }
}
