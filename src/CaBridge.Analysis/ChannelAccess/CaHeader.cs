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
/// <remarks>Held as it came, in three words: small enough that copies of it stay in registers.</remarks>
public readonly record struct CaHeader
{
    /// <summary>Bytes of the short form.</summary>
    public const int Size = 16;

    /// <summary>Bytes of the extended form.</summary>
    public const int ExtendedSize = 24;

    /// <summary>The payload size that announces the extended form. Receivers test this alone, as rsrv and libca do.</summary>
    public const ushort ExtendedMark = 0xFFFF;

    private const int ParametersOffset = 8;
    private const int ExtendedOffset = 16;

    private readonly ulong _fields;
    private readonly ulong _parameters;
    private readonly ulong _extended;

    /// <param name="isExtended">Whether it is in the 24-byte form, which <paramref name="payloadSize"/> or <paramref name="dataCount"/> may need.</param>
    /// <exception cref="ArgumentOutOfRangeException">The short form does not hold the size or the count.</exception>
    public CaHeader(CaCommand command, uint payloadSize, ushort dataType, uint dataCount, uint parameter1, uint parameter2, bool isExtended)
    {
        if (!isExtended)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(payloadSize, ExtendedMark);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(dataCount, ushort.MaxValue);
        }

        var (size, count) = isExtended ? (ExtendedMark, 0u) : (payloadSize, dataCount);
        _fields = ((ulong)command << 48) | ((ulong)size << 32) | ((ulong)dataType << 16) | count;
        _parameters = ((ulong)parameter1 << 32) | parameter2;
        _extended = isExtended ? ((ulong)payloadSize << 32) | dataCount : 0;
    }

    private CaHeader(ulong fields, ulong parameters, ulong extended) => (_fields, _parameters, _extended) = (fields, parameters, extended);

    public CaCommand Command => (CaCommand)(_fields >> 48);

    /// <summary>Bytes that follow the header, padding included.</summary>
    public uint PayloadSize => IsExtended ? (uint)(_extended >> 32) : (ushort)(_fields >> 32);

    /// <summary>A DBR type, or what the command uses the field for.</summary>
    public ushort DataType => (ushort)(_fields >> 16);

    /// <summary>Elements, or what the command uses the field for.</summary>
    public uint DataCount => IsExtended ? (uint)_extended : (ushort)_fields;

    public uint Parameter1 => (uint)(_parameters >> 32);

    public uint Parameter2 => (uint)_parameters;

    /// <summary>Whether it came in the 24-byte form.</summary>
    public bool IsExtended => (ushort)(_fields >> 32) == ExtendedMark;

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
        var extended = 0UL;
        if ((ushort)(fields >> 32) == ExtendedMark)
        {
            if (bytes.Length < ExtendedSize)
            {
                header = default;
                return OperationStatus.NeedMoreData;
            }

            extended = BinaryPrimitives.ReadUInt64BigEndian(bytes[ExtendedOffset..]);
        }

        header = new CaHeader(fields, parameters, extended);
        return OperationStatus.Done;
    }
}
