using System.Buffers.Binary;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Capture;

/// <summary>The classic format (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html), in either byte order.</summary>
/// <remarks>
/// <code>
/// file    magic 4 | major 2 | minor 2 | reserved 8 | snap length 4 | FCS length and link type 4
/// record  seconds 4 | fraction 4 | captured length 4 | original length 4 | data
/// </code>
/// The variant that Alexey Kuznetzov's libpcap wrote has 8 more bytes in each record's header: interface, protocol and direction.
/// </remarks>
internal sealed class PcapFormat : ICaptureFormat
{
    public const int FileHeaderLength = 24;

    private const uint MicrosecondMagic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const uint KuznetzovMagic = 0xA1B2CD34;
    private const int RecordHeaderLength = 16;
    private const int KuznetzovExtraLength = 8;

    // what libpcap allows whatever the header says; some writers leave the snap length at 0 or too low
    private const int UsualMaxFrameBytes = 262_144;
    private const int MaxFrameBytes = 64 * 1024 * 1024;

    private readonly ProblemLog _problems;
    private readonly bool _isBigEndian;
    private readonly int _headerLength;
    private readonly uint _nanosecondsPerFraction;
    private readonly uint _maxCapturedLength;
    private readonly LinkType _linkType;

    private PcapFormat(ReadOnlySpan<byte> header, bool isBigEndian, uint magic, ProblemLog problems)
    {
        _problems = problems;
        _isBigEndian = isBigEndian;
        _headerLength = RecordHeaderLength + (magic == KuznetzovMagic ? KuznetzovExtraLength : 0);
        _nanosecondsPerFraction = magic == NanosecondMagic ? 1u : 1000;
        MajorVersion = isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(header[4..]) : BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        var snapLength = (int)Math.Min(ReadUInt32(header[16..]), int.MaxValue);
        _maxCapturedLength = (uint)Math.Clamp(snapLength, UsualMaxFrameBytes, MaxFrameBytes);

        // the upper half tells whether and how long a frame check sequence follows each frame; IP's own length keeps it out
        _linkType = (LinkType)(ReadUInt32(header[20..]) & 0xFFFF);
        Interfaces = [new CaptureInterface(Name: null, Description: null, _linkType, snapLength)];
        Name = magic == NanosecondMagic ? "pcap (nanoseconds)" : "pcap";
    }

    public string Name { get; }

    public int MajorVersion { get; }

    public IReadOnlyList<CaptureInterface> Interfaces { get; }

    public long LastFrame { get; private set; }

    /// <summary>Whether a file that begins with these 4 bytes is one of these.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> magic) =>
        IsMagic(BinaryPrimitives.ReadUInt32BigEndian(magic)) || IsMagic(BinaryPrimitives.ReadUInt32LittleEndian(magic));

    /// <param name="header">The first <see cref="FileHeaderLength"/> bytes, recognized before.</param>
    /// <param name="problems">Takes what is found later.</param>
    public static PcapFormat Read(ReadOnlySpan<byte> header, ProblemLog problems)
    {
        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        return IsMagic(magic)
            ? new PcapFormat(header, isBigEndian: true, magic, problems)
            : new PcapFormat(header, isBigEndian: false, BinaryPrimitives.ReverseEndianness(magic), problems);
    }

    public ScanStep Next(ReadOnlySpan<byte> unread, long byteOffset, ref FrameRecord record, out int length)
    {
        length = _headerLength;
        if (unread.Length < length)
            return ScanStep.Incomplete;

        var captured = ReadUInt32(unread[8..]);
        if (captured > _maxCapturedLength)
        {
            _problems.Add(
                LastFrame,
                byteOffset,
                $"The record after frame {LastFrame} claims {captured} captured bytes, where {_maxCapturedLength} is the most; nothing after it can be read.",
                isFatal: true);
            return ScanStep.Broken;
        }

        length += (int)captured;
        if (unread.Length < length)
            return ScanStep.Incomplete;

        record = new FrameRecord
        {
            UnixNanoseconds = (ReadUInt32(unread) * CaptureDuration.NanosecondsPerSecond) + ((long)ReadUInt32(unread[4..]) * _nanosecondsPerFraction),
            Frame = ++LastFrame,
            Offset = _headerLength,
            CapturedLength = (int)captured,
            OriginalLength = (int)Math.Min(ReadUInt32(unread[12..]), int.MaxValue),
            LinkType = _linkType,
        };
        return ScanStep.Frame;
    }

    private static bool IsMagic(uint magic) => magic is MicrosecondMagic or NanosecondMagic or KuznetzovMagic;

    private uint ReadUInt32(ReadOnlySpan<byte> bytes) =>
        _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
