using System.Buffers;
using System.Buffers.Binary;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>What a run of would-be messages says.</summary>
/// <param name="Points">Sum of the headers' <see cref="HeaderEvidence"/>.</param>
/// <param name="Messages">Headers that were plausible.</param>
/// <param name="Contradicted">Whether a header stood where one had to be and could not be one.</param>
/// <param name="EndsOnBoundary">Whether the bytes end where a message ends: senders flush whole messages.</param>
internal readonly record struct ChainEvidence(int Points, int Messages, bool Contradicted, bool EndsOnBoundary);

/// <summary>Tells Channel Access from other bytes, and message boundaries from the inside of messages. Never by a port or a length alone.</summary>
internal static class CaRecognizer
{
    /// <summary>Points at which a stream is taken for a circuit.</summary>
    public const int Enough = (int)HeaderEvidence.Certain;

    private const int Alignment = 8;
    private const int MaxChain = 8;
    private const int FirstPrintable = 0x20;

    /// <summary>Whether the first bytes of a stream, fewer than a header, can still become one.</summary>
    public static bool CanBegin(ReadOnlySpan<byte> bytes) =>
        (bytes.Length < 1 || bytes[0] == 0) && (bytes.Length < 2 || bytes[1] < CaCommandNames.Count);

    /// <summary>Follows headers from the start of <paramref name="bytes"/>, each where the one before says it is.</summary>
    /// <param name="atStreamStart">
    /// Whether these are the first bytes of a stream: only there VERSION may stand, and what is weak evidence is none, as every circuit begins
    /// with better.
    /// </param>
    public static ChainEvidence Follow(ReadOnlySpan<byte> bytes, Sender sender, bool atStreamStart)
    {
        var points = 0;
        var messages = 0;
        long position = 0;
        while (messages < MaxChain && CaHeader.TryRead(bytes[(int)position..], out var header) == OperationStatus.Done)
        {
            var evidence = CaHeaderForm.Judge(header, sender);
            var rest = bytes[((int)position + header.Length)..];
            var late = header.Command == CaCommand.Version && (messages > 0 || !atStreamStart);
            if (evidence == HeaderEvidence.None || late || !HasPlausibleText(header, rest))
            {
                return new ChainEvidence(points, messages, Contradicted: true, EndsOnBoundary: false);
            }

            points += atStreamStart && evidence == HeaderEvidence.Weak ? 0 : (int)evidence;
            messages++;
            position += header.MessageLength;
            if (position >= bytes.Length)
            {
                return new ChainEvidence(points, messages, Contradicted: false, EndsOnBoundary: position == bytes.Length);
            }
        }

        return new ChainEvidence(points, messages, Contradicted: !CanBegin(bytes[(int)position..]), EndsOnBoundary: false);
    }

    /// <summary>Finds where a message begins in bytes of which the beginning is unknown.</summary>
    /// <param name="first">The first place to look at; the others follow in steps of 8, as messages do.</param>
    /// <returns>The offset, or -1: then no byte of it can be trusted.</returns>
    public static int FindBoundary(ReadOnlySpan<byte> bytes, Sender sender, int first)
    {
        for (var offset = first; offset + CaHeader.Size <= bytes.Length; offset += Alignment)
        {
            if (bytes[offset] != 0 || bytes[offset + 1] >= CaCommandNames.Count)
            {
                continue;
            }

            var chain = Follow(bytes[offset..], sender, atStreamStart: false);
            if (chain.Contradicted || chain.Messages == 0)
            {
                continue;
            }

            // A segment that is a whole number of messages speaks for itself; inside of payload more is asked for.
            if (offset == 0 ? chain.EndsOnBoundary || chain.Points >= Enough : chain.Points >= Enough && (chain.EndsOnBoundary || chain.Messages > 1))
            {
                return offset;
            }
        }

        return -1;
    }

    /// <summary>
    /// Passes over messages that lie whole in the last bytes of a STRING: rsrv sends its 40 bytes with whatever its buffer had behind the text,
    /// often the end of an earlier reply, and that joins the next message without a seam. A segment of nothing but such messages is believed.
    /// </summary>
    /// <param name="start">A boundary that <see cref="FindBoundary"/> found in a server's bytes.</param>
    /// <param name="remainsEnd">How far a message may reach that the bytes begin in.</param>
    /// <returns>The first boundary that is none of it.</returns>
    public static int PassRemains(ReadOnlySpan<byte> bytes, int start, long remainsEnd)
    {
        var at = start;
        while (CaHeader.TryRead(bytes[at..], out var header) == OperationStatus.Done && at + header.MessageLength <= Math.Min(remainsEnd, bytes.Length))
        {
            at += (int)header.MessageLength;
        }

        return start == 0 && at == bytes.Length ? start : at;
    }

    /// <summary>Who must have sent these messages, by the first of them that only one side sends; the bytes begin with a message.</summary>
    public static Sender TellSender(ReadOnlySpan<byte> bytes)
    {
        while (CaHeader.TryRead(bytes, out var header) == OperationStatus.Done && CaHeaderForm.Judge(header, Sender.Unknown) != HeaderEvidence.None)
        {
            var sender = CaHeaderForm.OnlySender(header);
            if (sender == Sender.Unknown && header.Command == CaCommand.EventAdd && header.MessageLength <= bytes.Length)
            {
                sender = TellEventAdd(header, bytes.Slice(header.Length, (int)header.PayloadSize));
            }

            if (sender != Sender.Unknown || header.MessageLength >= bytes.Length)
            {
                return sender;
            }

            bytes = bytes[(int)header.MessageLength..];
        }

        return Sender.Unknown;
    }

    /// <summary>
    /// The one form that both sides share, 16 bytes of payload: a request has three floats that libca leaves 0, then a mask; an update of the
    /// types with a time stamp has the time there.
    /// </summary>
    private static Sender TellEventAdd(in CaHeader header, ReadOnlySpan<byte> payload)
    {
        const int MaskOffset = 12;
        const ushort AllEvents = 15;
        if (payload.Length != MaskOffset + 4)
        {
            return Sender.Unknown;
        }

        var mask = BinaryPrimitives.ReadUInt16BigEndian(payload[MaskOffset..]);
        if (mask is > 0 and <= AllEvents && !payload[..MaskOffset].ContainsAnyExcept((byte)0) && payload[(MaskOffset + 2)..].IndexOfAnyExcept((byte)0) < 0)
        {
            return Sender.Client;
        }

        var isStamped = header.DataType is >= (ushort)DbrType.TimeShort and <= (ushort)DbrType.TimeLong;
        return isStamped && BinaryPrimitives.ReadUInt32BigEndian(payload[4..]) != 0 ? Sender.Server : Sender.Unknown;
    }

    /// <summary>Names, users and hosts are printable and end with NUL; padding is not looked at.</summary>
    public static bool HasPlausibleText(in CaHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.PayloadSize == 0
            || header.Command is not (CaCommand.CreateChan or CaCommand.ClientName or CaCommand.HostName or CaCommand.Search)
            || (header.Command == CaCommand.Search && header.DataType is not (5 or 10)))
        {
            return true;
        }

        payload = payload[..(int)Math.Min(header.PayloadSize, payload.Length)];
        var end = payload.IndexOf((byte)0);
        var text = end < 0 ? payload : payload[..end];
        foreach (var value in text)
        {
            if (value < FirstPrintable)
            {
                return false;
            }
        }

        return text.Length > 0 || payload.Length == 0 || header.Command is CaCommand.ClientName or CaCommand.HostName;
    }
}
