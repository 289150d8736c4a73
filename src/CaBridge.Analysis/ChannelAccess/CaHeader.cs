using System.Buffers;
using System.Buffers.Binary;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>
/// The header of one message. Big-endian (CA protocol specification, "Message Structure"):
/// <code>
///  0               2               4               6               8              12              16
/// +---------------+---------------+---------------+---------------+---------------+---------------+
/// | command       | payload size  | data type     | data count    | parameter 1   | parameter 2   |
/// +---------------+---------------+---------------+---------------+---------------+---------------+
/// payload size = 0xFFFF: extended, two words more
/// 16              20              24
/// +---------------+---------------+
/// | payload size  | data count    |
/// +---------------+---------------+
/// </code>
/// </summary>
/// <param name="PayloadSize">Bytes that follow the header, padding included.</param>
/// <param name="DataType">A DBR type, or what the command uses the field for.</param>
/// <param name="DataCount">Elements, or what the command uses the field for.</param>
/// <param name="IsExtended">Whether it came in the 24-byte form.</param>
public readonly record struct CaHeader(
    CaCommand Command,
    uint PayloadSize,
    ushort DataType,
    uint DataCount,
    uint Parameter1,
    uint Parameter2,
    bool IsExtended)
{
    /// <summary>Bytes of the short form.</summary>
    public const int Size = 16;

    /// <summary>Bytes of the extended form.</summary>
    public const int ExtendedSize = 24;

    /// <summary>The payload size that announces the extended form. Receivers test this alone, as rsrv and libca do.</summary>
    public const ushort ExtendedMark = 0xFFFF;

    private const int CommandOffset = 0;
    private const int PayloadSizeOffset = 2;
    private const int DataTypeOffset = 4;
    private const int DataCountOffset = 6;
    private const int Parameter1Offset = 8;
    private const int Parameter2Offset = 12;
    private const int ExtendedPayloadSizeOffset = 16;
    private const int ExtendedDataCountOffset = 20;

    /// <summary>Bytes of this header on the wire.</summary>
    public int Length => IsExtended ? ExtendedSize : Size;

    /// <summary>Bytes of the whole message on the wire.</summary>
    public long MessageLength => Length + (long)PayloadSize;

    /// <summary>Reads a header; consumes nothing.</summary>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.NeedMoreData"/> when <paramref name="bytes"/> ends within the header.
    /// No value of a field makes it invalid here: whether it makes sense is asked of whoever recognises streams.
    /// </returns>
    public static OperationStatus TryRead(ReadOnlySpan<byte> bytes, out CaHeader header)
    {
        header = default;
        if (bytes.Length < Size)
        {
            return OperationStatus.NeedMoreData;
        }

        var size = BinaryPrimitives.ReadUInt16BigEndian(bytes[PayloadSizeOffset..]);
        var extended = size == ExtendedMark;
        if (extended && bytes.Length < ExtendedSize)
        {
            return OperationStatus.NeedMoreData;
        }

        header = new CaHeader(
            Command: (CaCommand)BinaryPrimitives.ReadUInt16BigEndian(bytes[CommandOffset..]),
            PayloadSize: extended ? BinaryPrimitives.ReadUInt32BigEndian(bytes[ExtendedPayloadSizeOffset..]) : size,
            DataType: BinaryPrimitives.ReadUInt16BigEndian(bytes[DataTypeOffset..]),
            DataCount: extended
                ? BinaryPrimitives.ReadUInt32BigEndian(bytes[ExtendedDataCountOffset..])
                : BinaryPrimitives.ReadUInt16BigEndian(bytes[DataCountOffset..]),
            Parameter1: BinaryPrimitives.ReadUInt32BigEndian(bytes[Parameter1Offset..]),
            Parameter2: BinaryPrimitives.ReadUInt32BigEndian(bytes[Parameter2Offset..]),
            IsExtended: extended);
        return OperationStatus.Done;
    }
}
