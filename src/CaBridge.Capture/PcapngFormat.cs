using System.Buffers.Binary;

namespace CaBridge.Capture;

/// <summary>
/// Blocks of <c>type 4 | length 4 | body | length 4</c>. A section header begins a section, with its own byte order and its own list of interfaces.
/// </summary>
internal sealed class PcapngFormat(ProblemLog problems) : ICaptureFormat
{
    private const int MinBlockLength = 12;
    private const int MaxBlockLength = 64 * 1024 * 1024;
    private const int MinSectionHeaderLength = 28;
    private const int MaxInterfaces = 65_536;

    private readonly List<PcapngInterface> _interfaces = [];
    private readonly List<CaptureInterface> _descriptions = [];
    private CountedProblem? _undescribed;
    private CountedProblem? _untimed;
    private bool _isBigEndian;
    private int _sectionsFirstInterface;
    private long _lastUnixNanoseconds;

    public string Name => "pcapng";

    public IReadOnlyList<CaptureInterface> Interfaces => _descriptions;

    public long LastFrame { get; private set; }

    public ScanStep Next(ReadOnlySpan<byte> unread, long byteOffset, ref FrameRecord record, out int length)
    {
        length = MinBlockLength;
        if (unread.Length < length)
            return ScanStep.Incomplete;

        var isSection = ReadUInt32(unread) == PcapngBlockType.SectionHeader;
        if (isSection && !TryReadByteOrder(unread[8..]))
            return Break(byteOffset, "is a section header without byte order magic");

        var declared = ReadUInt32(unread[4..]);
        if (declared is < MinBlockLength or > MaxBlockLength || declared % 4 != 0)
            return Break(byteOffset, $"claims a length of {declared} bytes");

        length = (int)declared;
        if (unread.Length < length)
            return ScanStep.Incomplete;

        var repeated = ReadUInt32(unread[(length - 4)..]);
        if (repeated != declared)
            return Break(byteOffset, $"claims a length of {declared} bytes at its beginning and {repeated} at its end");

        var body = unread[8..(length - 4)];
        return ReadUInt32(unread) switch
        {
            PcapngBlockType.SectionHeader => ReadSectionHeader(body, byteOffset),
            PcapngBlockType.InterfaceDescription => ReadInterface(body, byteOffset),
            PcapngBlockType.EnhancedPacket => ReadPacket(body, byteOffset, ref record, isObsolete: false),
            PcapngBlockType.ObsoletePacket => ReadPacket(body, byteOffset, ref record, isObsolete: true),
            PcapngBlockType.SimplePacket => ReadSimplePacket(body, byteOffset, ref record),
            _ => ScanStep.PassedOver,
        };
    }

    private bool TryReadByteOrder(ReadOnlySpan<byte> magic)
    {
        _isBigEndian = BinaryPrimitives.ReadUInt32BigEndian(magic) == PcapngBlockType.ByteOrderMagic;
        return ReadUInt32(magic) == PcapngBlockType.ByteOrderMagic;
    }

    /// <summary><c>byte-order magic 4 | major 2 | minor 2 | section length 8 | options</c></summary>
    private ScanStep ReadSectionHeader(ReadOnlySpan<byte> body, long byteOffset)
    {
        if (body.Length < MinSectionHeaderLength - MinBlockLength)
            return Break(byteOffset, "is a section header that is too short");

        var major = ReadUInt16(body[4..]);
        if (major != 1)
            return Break(byteOffset, $"begins a section of version {major}, where only 1 is known");

        _sectionsFirstInterface = _interfaces.Count;
        return ScanStep.PassedOver;
    }

    private ScanStep ReadInterface(ReadOnlySpan<byte> body, long byteOffset)
    {
        if (PcapngInterface.Read(body, _isBigEndian) is not { } described)
            return Break(byteOffset, "describes an interface but is too short");
        if (_interfaces.Count == MaxInterfaces)
            return Break(byteOffset, $"describes one interface more than {MaxInterfaces}");

        _interfaces.Add(described);
        _descriptions.Add(described.Description);
        return ScanStep.PassedOver;
    }

    /// <summary>
    /// <code>
    /// enhanced  interface 4               | time high 4 | time low 4 | captured length 4 | original length 4 | data
    /// obsolete  interface 2 | drop count 2 | time high 4 | time low 4 | captured length 4 | original length 4 | data
    /// </code>
    /// </summary>
    private ScanStep ReadPacket(ReadOnlySpan<byte> body, long byteOffset, ref FrameRecord record, bool isObsolete)
    {
        const int DataOffset = 20;
        if (body.Length < DataOffset)
            return Break(byteOffset, "holds a packet but is too short");

        var captured = ReadUInt32(body[12..]);
        if (captured > body.Length - DataOffset)
            return Break(byteOffset, $"claims {captured} captured bytes and has room for {body.Length - DataOffset}");

        var ticks = ((ulong)ReadUInt32(body[4..]) << 32) | ReadUInt32(body[8..]);
        var sectionInterface = isObsolete ? ReadUInt16(body) : ReadUInt32(body);
        LastFrame++;
        if (!TryFindInterface(sectionInterface, byteOffset, out var index))
            return ScanStep.PassedOver;

        _lastUnixNanoseconds = _interfaces[index].Clock.ToUnixNanoseconds(ticks);
        return Frame(ref record, index, 8 + DataOffset, (int)captured, ReadUInt32(body[16..]), byteOffset);
    }

    /// <summary><c>original length 4 | data</c>, of the section's first interface, cut to its snap length, without time.</summary>
    private ScanStep ReadSimplePacket(ReadOnlySpan<byte> body, long byteOffset, ref FrameRecord record)
    {
        const int DataOffset = 4;
        if (body.Length < DataOffset)
            return Break(byteOffset, "holds a packet but is too short");

        LastFrame++;
        if (!TryFindInterface(sectionInterface: 0, byteOffset, out var index))
            return ScanStep.PassedOver;

        var original = ReadUInt32(body);
        var snapLength = (uint)_interfaces[index].Description.SnapLengthBytes;
        var captured = snapLength == 0 ? original : Math.Min(original, snapLength);
        if (captured > body.Length - DataOffset)
            return Break(byteOffset, $"should hold {captured} captured bytes and has room for {body.Length - DataOffset}");

        if (_untimed is null)
        {
            _untimed = problems.Count(
                LastFrame,
                byteOffset,
                times => $"{times} packet(s) have no time stamp (simple packet blocks) and take the time of the packet before.",
                isFatal: false);
        }
        else
        {
            _untimed.Times++;
        }

        return Frame(ref record, index, 8 + DataOffset, (int)captured, original, byteOffset);
    }

    private ScanStep Frame(ref FrameRecord record, int index, int offset, int captured, uint original, long byteOffset)
    {
        var source = _interfaces[index];
        if (!source.Description.IsRead)
        {
            PassOver(source, byteOffset);
            return ScanStep.PassedOver;
        }

        record = new FrameRecord
        {
            UnixNanoseconds = _lastUnixNanoseconds,
            Frame = LastFrame,
            Offset = offset,
            CapturedLength = captured,
            OriginalLength = (int)Math.Min(original, int.MaxValue),
            InterfaceIndex = index,
            LinkType = source.Description.LinkType,
        };
        return ScanStep.Frame;
    }

    private bool TryFindInterface(uint sectionInterface, long byteOffset, out int index)
    {
        var found = sectionInterface < _interfaces.Count - _sectionsFirstInterface;
        index = found ? _sectionsFirstInterface + (int)sectionInterface : -1;
        if (found)
            return true;

        if (_undescribed is null)
        {
            _undescribed = problems.Count(
                LastFrame,
                byteOffset,
                times => $"{times} packet(s) name an interface that the file does not describe and were passed over.",
                isFatal: true);
        }
        else
        {
            _undescribed.Times++;
        }

        return false;
    }

    private void PassOver(PcapngInterface source, long byteOffset)
    {
        if (source.PassedOver is not null)
        {
            source.PassedOver.Times++;
            return;
        }

        var (name, linkType) = (source.Description.Name ?? "without a name", (int)source.Description.LinkType);
        source.PassedOver = problems.Count(
            LastFrame,
            byteOffset,
            times => $"{times} packet(s) of interface {name} were passed over: its link type {linkType} cannot be read.",
            isFatal: false);
    }

    private ScanStep Break(long byteOffset, string what)
    {
        problems.Add(LastFrame, byteOffset, $"The block after frame {LastFrame} {what}; nothing after it can be read.", isFatal: true);
        return ScanStep.Broken;
    }

    private ushort ReadUInt16(ReadOnlySpan<byte> bytes) =>
        _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint ReadUInt32(ReadOnlySpan<byte> bytes) =>
        _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
