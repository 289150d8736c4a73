using System.Buffers.Binary;
using System.Text;
using CaBridge.Analysis.Packets;

namespace CaBridge.Capture;

/// <summary>An interface description block: what it says, and its clock.</summary>
internal sealed record PcapngInterface(CaptureInterface Description, PcapngClock Clock)
{
    private const int FixedLength = 8;
    private const int MaxTextBytes = 4096;
    private const ushort NameOption = 2;
    private const ushort DescriptionOption = 3;
    private const ushort ResolutionOption = 9;
    private const ushort TimeOffsetOption = 14;

    /// <summary>Packets of it that were passed over since its link type is not read; <c>null</c> before the first.</summary>
    public CountedProblem? PassedOver { get; set; }

    /// <summary>
    /// <code>link type 2 | reserved 2 | snap length 4 | options: (code 2 | length 2 | value, padded to 4)*</code>
    /// Options end with code 0 or the block.
    /// </summary>
    /// <returns><c>null</c> if not even the fixed part is there.</returns>
    public static PcapngInterface? Read(ReadOnlySpan<byte> body, bool isBigEndian)
    {
        if (body.Length < FixedLength)
            return null;

        var linkType = (LinkType)ReadUInt16(body, isBigEndian);
        var snapLength = isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(body[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
        string? name = null, description = null;
        byte resolution = 6;
        var offsetSeconds = 0L;

        for (var rest = body[FixedLength..]; rest.Length >= 4;)
        {
            int code = ReadUInt16(rest, isBigEndian), length = ReadUInt16(rest[2..], isBigEndian);
            var padded = 4 + ((length + 3) & ~3);
            if (code == 0 || padded > rest.Length)
                break;

            var value = rest.Slice(4, length);
            rest = rest[padded..];
            switch (code)
            {
                case NameOption:
                    name = ReadText(value);
                    break;
                case DescriptionOption:
                    description = ReadText(value);
                    break;
                case ResolutionOption when length >= 1:
                    resolution = value[0];
                    break;
                case TimeOffsetOption when length >= 8:
                    offsetSeconds = isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
                    break;
            }
        }

        var captureInterface = new CaptureInterface(name, description, linkType, (int)Math.Min(snapLength, int.MaxValue));
        return new PcapngInterface(captureInterface, new PcapngClock(resolution, offsetSeconds));
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static string ReadText(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaxTextBytes)]).TrimEnd('\0');
}
