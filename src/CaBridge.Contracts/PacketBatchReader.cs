using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Contracts.V1;

namespace CaBridge.Contracts;

/// <summary>Walks over the packets of a <see cref="PacketBatch"/>, without copying them.</summary>
public ref struct PacketBatchReader
{
    private readonly PacketBatch _batch;
    private readonly IReadOnlyList<LinkType> _linkTypes;
    private readonly ReadOnlySpan<byte> _data;
    private int _next;
    private int _offset;
    private long _time;
    private long _frame;

    /// <param name="batch">One that <see cref="Fault"/> has nothing to say about.</param>
    /// <param name="linkTypes">Of the sensor's interfaces, by index.</param>
    public PacketBatchReader(PacketBatch batch, IReadOnlyList<LinkType> linkTypes)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _batch = batch;
        _linkTypes = linkTypes;
        _data = batch.Data.Span;
        _time = batch.FirstUnixNs;
        _frame = (long)batch.FirstFrame;
    }

    /// <summary>What is wrong with the columns of a batch, as a sentence without a full stop; null if nothing is.</summary>
    /// <param name="interfaces">How many the sensor has, with those that the batch brings.</param>
    public static string? Fault(PacketBatch batch, int interfaces)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var count = batch.CapturedLengths.Count;
        if (batch.TimeDeltasNs.Count != count)
        {
            return $"time_deltas_ns has {batch.TimeDeltasNs.Count} entries for {count} packets";
        }

        if (batch.OriginalLengths.Count != 0 && batch.OriginalLengths.Count != count)
        {
            return $"original_lengths has {batch.OriginalLengths.Count} entries for {count} packets";
        }

        if (batch.InterfaceIndexes.Count != 0 && batch.InterfaceIndexes.Count != count)
        {
            return $"interface_indexes has {batch.InterfaceIndexes.Count} entries for {count} packets";
        }

        if (batch.FrameDeltas.Count != 0 && batch.FrameDeltas.Count != count)
        {
            return $"frame_deltas has {batch.FrameDeltas.Count} entries for {count} packets";
        }

        var bytes = 0L;
        foreach (var length in batch.CapturedLengths)
        {
            bytes += length;
        }

        if (bytes != batch.Data.Length)
        {
            return $"captured_lengths add up to {bytes} bytes, data has {batch.Data.Length}";
        }

        if (count > 0 && (interfaces == 0 || batch.InterfaceIndexes.Any(index => index >= interfaces)))
        {
            return $"interface_indexes names an interface beyond the {interfaces} that were described";
        }

        return batch.OriginalLengths.Any(length => length > int.MaxValue) ? "original_lengths has a packet of more than 2^31 - 1 bytes" : null;
    }

    /// <summary>Goes to the next packet; its bytes are the batch's own.</summary>
    public bool TryRead(out Packet packet)
    {
        if (_next == _batch.CapturedLengths.Count)
        {
            packet = default;
            return false;
        }

        var length = (int)_batch.CapturedLengths[_next];
        var index = _batch.InterfaceIndexes.Count == 0 ? 0 : (int)_batch.InterfaceIndexes[_next];
        _time += _batch.TimeDeltasNs[_next];
        if (_next > 0)
        {
            _frame += _batch.FrameDeltas.Count == 0 ? 1 : (long)_batch.FrameDeltas[_next];
        }

        packet = new Packet(
            new CaptureTime(_time),
            _frame,
            _linkTypes[index],
            _data.Slice(_offset, length),
            _batch.OriginalLengths.Count == 0 ? length : (int)_batch.OriginalLengths[_next],
            index);
        _offset += length;
        _next++;
        return true;
    }
}
