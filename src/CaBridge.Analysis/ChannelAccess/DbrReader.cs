using System.Buffers.Binary;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>The limits of the graphic and control forms, in their order on the wire; the last two are the control form's.</summary>
public enum DbrLimit
{
    UpperDisplay = 0,
    LowerDisplay = 1,
    UpperAlarm = 2,
    UpperWarning = 3,
    LowerWarning = 4,
    LowerAlarm = 5,
    UpperControl = 6,
    LowerControl = 7,
}

/// <summary>
/// A value and what came with it: a view over a payload, valid as long as that is. A payload may end anywhere, within a field too: what is not
/// whole is not there, and nothing throws on its account. What follows the last element (padding, or data that nobody announced) is ignored.
/// </summary>
public readonly ref struct DbrReader
{
    private const int StatusOffset = 0;
    private const int SeverityOffset = 2;
    private const int AckTransientOffset = 4;
    private const int AckSeverityOffset = 6;
    private const int StampSecondsOffset = 4;
    private const int StampNanosecondsOffset = 8;
    private const int PrecisionOffset = 4;
    private const int UnitsSize = 8;
    private const int EnumCountOffset = 4;
    private const int EnumStringsOffset = 6;
    private const int EnumStringSize = 26;
    private const int EnumStringsMax = 16;

    private readonly ReadOnlySpan<byte> _payload;

    private DbrReader(DbrLayout layout, uint count, ReadOnlySpan<byte> payload)
    {
        Layout = layout;
        DeclaredCount = count;
        _payload = payload;

        var valueBytes = Math.Max(payload.Length - layout.ValueOffset, 0);
        var whole = valueBytes / layout.ElementSize;
        ElementCount = IsCutString ? 1 : (int)Math.Min((uint)whole, count);
    }

    public DbrLayout Layout { get; }

    /// <summary>Elements that the header announces; 0 for an empty array, whose payload has the room of one.</summary>
    public uint DeclaredCount { get; }

    /// <summary>Elements that are there to read, at most <see cref="DeclaredCount"/>.</summary>
    public int ElementCount { get; }

    /// <summary>Whether elements, or the end of a lone string, are missing.</summary>
    public bool IsTruncated => ElementCount < DeclaredCount || (IsCutString && !_payload[Layout.ValueOffset..].Contains((byte)0));

    /// <summary>A lone string is sent up to its NUL by WRITE, WRITE_NOTIFY and READ, so it may have fewer bytes than its type.</summary>
    private bool IsCutString =>
        DeclaredCount == 1 && Layout.Element == DbrElement.Text && _payload.Length > Layout.ValueOffset && _payload.Length < Layout.Size;

    private bool HasAlarm => Layout.Form != DbrForm.Plain;

    private bool HasLimits => Layout.Form is DbrForm.Graphic or DbrForm.Control && Layout.Element != DbrElement.UInt16;

    private bool HasPrecision => HasLimits && Layout.Element is DbrElement.Float32 or DbrElement.Float64;

    private bool HasEnumStrings => Layout.Form is DbrForm.Graphic or DbrForm.Control && Layout.Element == DbrElement.UInt16;

    /// <summary>Precision and its padding come before the units.</summary>
    private int UnitsOffset => HasPrecision ? 8 : 4;

    /// <returns>False where the protocol does not know the type.</returns>
    /// <param name="type">The header's data type.</param>
    /// <param name="count">The header's data count.</param>
    public static bool TryCreate(ushort type, uint count, ReadOnlySpan<byte> payload, out DbrReader reader)
    {
        var known = DbrLayout.TryFind(type, out var layout);
        reader = known ? new DbrReader(layout, count, payload) : default;
        return known;
    }

    /// <param name="status">The alarm's condition (<see cref="AlarmNames.Status"/>).</param>
    /// <param name="severity">See <see cref="AlarmNames.Severity"/>.</param>
    public bool TryReadAlarm(out ushort status, out ushort severity)
    {
        severity = 0;
        return TryReadUInt16(HasAlarm, StatusOffset, out status) && TryReadUInt16(present: true, SeverityOffset, out severity);
    }

    /// <summary>On the wire seconds and nanoseconds since 1990-01-01T00:00:00Z. What was never processed has that instant itself.</summary>
    public bool TryReadStamp(out CaptureTime stamp)
    {
        stamp = default;
        if (Layout.Form != DbrForm.Time || _payload.Length < StampNanosecondsOffset + sizeof(uint))
        {
            return false;
        }

        var seconds = (long)BinaryPrimitives.ReadUInt32BigEndian(_payload[StampSecondsOffset..]);
        var nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(_payload[StampNanosecondsOffset..]);
        stamp = new CaptureTime(CaptureTime.EpicsEpochUnixNanoseconds + (seconds * CaptureDuration.NanosecondsPerSecond) + nanoseconds);
        return true;
    }

    /// <summary>Digits after the point, of floating-point types.</summary>
    public bool TryReadPrecision(out short precision)
    {
        var read = TryReadUInt16(HasPrecision, PrecisionOffset, out var bits);
        precision = (short)bits;
        return read;
    }

    /// <summary>At most 8 bytes, in whatever encoding the server's database has.</summary>
    public bool TryReadUnits(out ReadOnlySpan<byte> units)
    {
        var read = HasLimits && _payload.Length >= UnitsOffset + UnitsSize;
        units = read ? PayloadText.UntilNul(_payload.Slice(UnitsOffset, UnitsSize)) : default;
        return read;
    }

    /// <summary>In the type's own precision: a <see cref="DbrElement.Float32"/> narrows without loss.</summary>
    public bool TryReadLimit(DbrLimit limit, out double value)
    {
        var offset = UnitsOffset + UnitsSize + ((int)limit * Layout.ElementSize);
        var present = HasLimits && limit <= (Layout.Form == DbrForm.Control ? DbrLimit.LowerControl : DbrLimit.LowerAlarm);
        var read = present && _payload.Length >= offset + Layout.ElementSize;
        value = read ? ReadNumber(offset) : 0;
        return read;
    }

    /// <summary>Whether the type has enum strings, and their number is there.</summary>
    /// <param name="count">Those that are whole: 16 at most, fewer where the payload ends among them.</param>
    public bool TryReadEnumStringCount(out int count)
    {
        var read = TryReadUInt16(HasEnumStrings, EnumCountOffset, out var declared);
        var whole = Math.Max(_payload.Length - EnumStringsOffset, 0) / EnumStringSize;
        count = read ? Math.Min((int)declared, Math.Min(whole, EnumStringsMax)) : 0;
        return read;
    }

    /// <param name="index">Below what <see cref="TryReadEnumStringCount"/> gave.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such string.</exception>
    public ReadOnlySpan<byte> EnumString(int index)
    {
        _ = TryReadEnumStringCount(out var count);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
        return PayloadText.UntilNul(_payload.Slice(EnumStringsOffset + (index * EnumStringSize), EnumStringSize));
    }

    /// <param name="transient">Whether alarms that went away must be acknowledged too (ACKT): 0 or 1.</param>
    /// <param name="severity">The highest severity not yet acknowledged (ACKS).</param>
    public bool TryReadAcknowledgement(out ushort transient, out ushort severity)
    {
        severity = 0;
        return TryReadUInt16(Layout.Form == DbrForm.Acknowledge, AckTransientOffset, out transient)
            && TryReadUInt16(present: true, AckSeverityOffset, out severity);
    }

    /// <summary>An element of a numeric type; every one of them fits exactly.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    /// <exception cref="InvalidOperationException">It is text.</exception>
    public double Number(int index)
    {
        return Layout.Element != DbrElement.Text ? ReadNumber(OffsetOf(index)) : throw new InvalidOperationException("the elements are text");
    }

    /// <summary>An element of a string type, up to its NUL, in whatever encoding the server's database has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    /// <exception cref="InvalidOperationException">It is a number.</exception>
    public ReadOnlySpan<byte> Text(int index)
    {
        if (Layout.Element != DbrElement.Text)
        {
            throw new InvalidOperationException("the elements are numbers");
        }

        var text = _payload[OffsetOf(index)..];
        return PayloadText.UntilNul(text[..Math.Min(text.Length, DbrLayout.StringSize)]);
    }

    private int OffsetOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)ElementCount, nameof(index));
        return Layout.ValueOffset + (index * Layout.ElementSize);
    }

    private double ReadNumber(int offset)
    {
        var bytes = _payload[offset..];
        return Layout.Element switch
        {
            DbrElement.UInt8 => bytes[0],
            DbrElement.Int16 => BinaryPrimitives.ReadInt16BigEndian(bytes),
            DbrElement.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            DbrElement.Int32 => BinaryPrimitives.ReadInt32BigEndian(bytes),
            DbrElement.Float32 => BinaryPrimitives.ReadSingleBigEndian(bytes),
            _ => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        };
    }

    private bool TryReadUInt16(bool present, int offset, out ushort value)
    {
        var read = present && _payload.Length >= offset + sizeof(ushort);
        value = read ? BinaryPrimitives.ReadUInt16BigEndian(_payload[offset..]) : (ushort)0;
        return read;
    }
}
