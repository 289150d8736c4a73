using System.Text;

namespace CaBridge.Capture;

/// <summary>Finds an input's format from its first bytes, or says in one sentence why there is none.</summary>
internal static class CaptureOpening
{
    private const int MagicLength = 4;
    private const int ShownBytes = 16;

    private static readonly (byte[] Magic, string What)[] KnownStrangers =
    [
        ([0x28, 0xB5, 0x2F, 0xFD], "is compressed with zstd; unpack it first"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X'], "is compressed with xz; unpack it first"),
        ([(byte)'B', (byte)'Z', (byte)'h'], "is compressed with bzip2; unpack it first"),
        ([0x04, 0x22, 0x4D, 0x18], "is compressed with lz4; unpack it first"),
        ([(byte)'P', (byte)'K', 3, 4], "is a zip archive; unpack it first"),
        ("snoop"u8.ToArray(), "is a snoop capture; convert it with 'editcap -F pcapng' first"),
        ("GMBU"u8.ToArray(), "is a Network Monitor capture; convert it with 'editcap -F pcapng' first"),
    ];

    /// <exception cref="CaptureException">There is no capture in it that could be read.</exception>
    public static ICaptureFormat ReadFormat(CaptureSource source, InputBuffer input, ProblemLog problems)
    {
        var hasMagic = input.TryEnsure(MagicLength);
        if (!hasMagic && source.Failure is not null)
            throw Cut(source, input, MagicLength);
        if (input.Unread.IsEmpty)
            throw new CaptureException($"'{source.Name}' is empty.");

        if (hasMagic && PcapFormat.Recognizes(input.Unread))
            return ReadPcap(source, input, problems);
        if (hasMagic && input.Unread.StartsWith("\n\r\r\n"u8))
            return ReadPcapng(source, input, problems);

        input.TryEnsure(ShownBytes);
        throw new CaptureException($"'{source.Name}' {Describe(input.Unread)}.");
    }

    private static PcapFormat ReadPcap(CaptureSource source, InputBuffer input, ProblemLog problems)
    {
        if (!input.TryEnsure(PcapFormat.FileHeaderLength))
            throw Cut(source, input, PcapFormat.FileHeaderLength);

        var format = PcapFormat.Read(input.Unread, problems);
        if (format.MajorVersion != 2)
            throw new CaptureException($"'{source.Name}' is a pcap file of version {format.MajorVersion}, where only version 2 is known.");
        if (!format.Interfaces[0].IsRead)
            throw new CaptureException($"'{source.Name}' has frames of link type {(int)format.Interfaces[0].LinkType}, which cannot be read.");

        input.Consume(PcapFormat.FileHeaderLength);
        return format;
    }

    private static PcapngFormat ReadPcapng(CaptureSource source, InputBuffer input, ProblemLog problems)
    {
        var format = new PcapngFormat(problems);
        FrameRecord none = default;
        int length;
        ScanStep step;
        while ((step = format.Next(input.Unread, input.ByteOffset, ref none, out length)) == ScanStep.Incomplete)
        {
            if (!input.TryEnsure(length))
                throw Cut(source, input, length);
        }

        if (step == ScanStep.Broken)
            throw new CaptureException($"'{source.Name}' is a broken pcapng file: {problems.Snapshot()[0].Message}");

        input.Consume(length);
        return format;
    }

    private static CaptureException Cut(CaptureSource source, InputBuffer input, int neededBytes) =>
        new(source.Failure is { } failure
            ? $"'{source.Name}' cannot be read. {failure}"
            : $"'{source.Name}' ends inside its file header, after {input.Unread.Length} of at least {neededBytes} bytes.");

    private static string Describe(ReadOnlySpan<byte> start)
    {
        foreach (var (magic, what) in KnownStrangers)
        {
            if (start.StartsWith(magic))
                return what;
        }

        var shown = start[..Math.Min(start.Length, ShownBytes)];
        return IsText(shown)
            ? $"is not a pcap or pcapng file: it begins with the text \"{Encoding.ASCII.GetString(shown).ReplaceLineEndings(" ").Trim()}\""
            : $"is not a pcap or pcapng file: its first bytes are {Convert.ToHexString(shown)}";
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value is not (>= (byte)' ' and <= (byte)'~' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                return false;
        }

        return true;
    }
}
