using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

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

    private const int ParametersOffset = 8;
    private const int ExtendedOffset = 16;

    /// <summary>Bytes of this header on the wire.</summary>
    public int Length => IsExtended ? ExtendedSize : Size;

    /// <summary>Bytes of the whole message on the wire.</summary>
    public long MessageLength => Length + (long)PayloadSize;

    /// <summary>Reads a header; consumes nothing.</summary>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.NeedMoreData"/> when <paramref name="bytes"/> ends within the header.
    /// No value of a field makes it invalid here: whether it makes sense is asked of whoever recognises streams.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OperationStatus TryRead(ReadOnlySpan<byte> bytes, out CaHeader header)
    {
        if (bytes.Length < Size)
        {
            header = default;
            return OperationStatus.NeedMoreData;
        }

        var fields = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var parameters = BinaryPrimitives.ReadUInt64BigEndian(bytes[ParametersOffset..]);
        var (size, count) = ((uint)(ushort)(fields >> 32), (uint)(ushort)fields);
        var extended = size == ExtendedMark;
        if (extended)
        {
            if (bytes.Length < ExtendedSize)
            {
                header = default;
                return OperationStatus.NeedMoreData;
            }

            var words = BinaryPrimitives.ReadUInt64BigEndian(bytes[ExtendedOffset..]);
            (size, count) = ((uint)(words >> 32), (uint)words);
        }

        header = new CaHeader(
            Command: (CaCommand)(fields >> 48),
            PayloadSize: size,
            DataType: (ushort)(fields >> 16),
            DataCount: count,
            Parameter1: (uint)(parameters >> 32),
            Parameter2: (uint)parameters,
            IsExtended: extended);
        return OperationStatus.Done;
    }
}
