using System.Buffers;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Tcp;

/// <summary>A copy of a segment that has to wait, in a pooled buffer that <see cref="Release"/> gives back.</summary>
internal readonly struct HeldSegment
{
    /// <summary>This struct in its list, and the header of its buffer.</summary>
    private const int OverheadBytes = 96;

    private readonly byte[] _buffer;
    private readonly int _captured;

    private HeldSegment(int side, in TcpSegment segment)
    {
        Side = side;
        Sequence = new SequenceNumber(segment.FirstByte);
        Acknowledged = new SequenceNumber(segment.AcknowledgmentNumber);
        Flags = segment.Flags & ~TcpFlags.Syn;
        PayloadLength = segment.PayloadLength;
        Time = segment.Time;
        Frame = segment.Frame;
        _captured = segment.Payload.Length;
        _buffer = ArrayPool<byte>.Shared.Rent(_captured);
        segment.Payload.CopyTo(_buffer);
    }

    private HeldSegment(StateArchive archive, in HeldSegment segment)
    {
        Side = archive.Value(segment.Side);
        Sequence = archive.Value(segment.Sequence);
        Acknowledged = archive.Value(segment.Acknowledged);
        Flags = archive.Value(segment.Flags);
        PayloadLength = archive.Value(segment.PayloadLength);
        Time = archive.Value(segment.Time);
        Frame = archive.Value(segment.Frame);
        var bytes = archive.Bytes(segment._buffer.AsMemory(0, segment._captured));
        _captured = bytes.Length;
        _buffer = archive.IsLoading ? ArrayPool<byte>.Shared.Rent(_captured) : segment._buffer;
        if (archive.IsLoading)
        {
            bytes.Span.CopyTo(_buffer);
        }
    }

    public int Side { get; }

    /// <summary>Of its first byte.</summary>
    public SequenceNumber Sequence { get; }

    public SequenceNumber Acknowledged { get; }

    /// <summary>Without SYN, which matters before a segment waits.</summary>
    public TcpFlags Flags { get; }

    public int PayloadLength { get; }

    public CaptureTime Time { get; }

    public long Frame { get; }

    public int MemoryBytes => _buffer.Length + OverheadBytes;

    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(0, _captured);

    public static HeldSegment Keep(StateArchive archive, in HeldSegment segment) => new(archive, segment);

    public static HeldSegment Copy(int side, in TcpSegment segment) => new(side, segment);

    /// <summary>The segment again, as far as a connection asks.</summary>
    public TcpSegment AsSegment() => new()
    {
        Time = Time,
        Frame = Frame,
        SequenceNumber = Sequence.Value,
        AcknowledgmentNumber = Acknowledged.Value,
        Flags = Flags,
        Payload = Payload,
        PayloadLength = PayloadLength,
    };

    public void Release() => ArrayPool<byte>.Shared.Return(_buffer);
}
