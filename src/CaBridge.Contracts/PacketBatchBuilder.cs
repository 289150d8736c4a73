using CaBridge.Analysis.Packets;
using CaBridge.Contracts.V1;
using Google.Protobuf;

namespace CaBridge.Contracts;

/// <summary>Collects packets of one sensor into a <see cref="PacketBatch"/>, the same one again and again.</summary>
/// <param name="maxPackets">How many fit, at least 1.</param>
/// <param name="maxBytes">How many bytes of them; a longer packet gets a batch of its own.</param>
public sealed class PacketBatchBuilder(int maxPackets = PacketBatchBuilder.DefaultMaxPackets, int maxBytes = PacketBatchBuilder.DefaultMaxBytes)
{
    public const int DefaultMaxPackets = 2048;

    public const int DefaultMaxBytes = 256 * 1024;

    private readonly PacketBatch _batch = new();
    private byte[] _bytes = new byte[maxBytes];
    private int _used;
    private long _lastTime;
    private long _lastFrame;
    private bool _hasOriginalLengths;
    private bool _hasInterfaces;
    private bool _hasFrameSteps;
    private bool _isBuilt;

    public int Count => _isBuilt ? 0 : _batch.CapturedLengths.Count;

    /// <summary>Copies a packet to the end.</summary>
    /// <returns>Whether there was room; there always is in an empty batch.</returns>
    public bool TryAdd(in Packet packet)
    {
        var length = packet.Data.Length;
        if (Count > 0 && (Count >= maxPackets || length > maxBytes - _used))
        {
            return false;
        }

        if (Count == 0)
        {
            Clear();
            _bytes = length > _bytes.Length ? new byte[length] : _bytes;
            (_batch.FirstUnixNs, _batch.FirstFrame) = (packet.Time.UnixNanoseconds, (ulong)packet.Frame);
            (_lastTime, _lastFrame) = (packet.Time.UnixNanoseconds, packet.Frame - 1);
        }

        packet.Data.CopyTo(_bytes.AsSpan(_used));
        _used += length;
        _hasOriginalLengths |= packet.OriginalLength != length;
        _hasInterfaces |= packet.InterfaceIndex != 0;
        _hasFrameSteps |= packet.Frame != _lastFrame + 1;
        _batch.TimeDeltasNs.Add(packet.Time.UnixNanoseconds - _lastTime);
        _batch.CapturedLengths.Add((uint)length);
        _batch.OriginalLengths.Add((uint)packet.OriginalLength);
        _batch.InterfaceIndexes.Add((uint)packet.InterfaceIndex);
        _batch.FrameDeltas.Add(_batch.FrameDeltas.Count == 0 ? 0 : (ulong)(packet.Frame - _lastFrame));
        (_lastTime, _lastFrame) = (packet.Time.UnixNanoseconds, packet.Frame);
        return true;
    }

    /// <summary>
    /// What was collected, without columns that say nothing; the builder is empty then. The batch is valid until the next packet is added; its
    /// other fields, empty here, are the caller's until then.
    /// </summary>
    public PacketBatch Build()
    {
        if (Count == 0)
        {
            Clear();
        }

        _batch.Data = UnsafeByteOperations.UnsafeWrap(_bytes.AsMemory(0, _used));
        if (!_hasOriginalLengths)
        {
            _batch.OriginalLengths.Clear();
        }

        if (!_hasInterfaces)
        {
            _batch.InterfaceIndexes.Clear();
        }

        if (!_hasFrameSteps)
        {
            _batch.FrameDeltas.Clear();
        }

        _isBuilt = true;
        return _batch;
    }

    private void Clear()
    {
        _batch.Hello = null;
        _batch.Counters = null;
        _batch.Data = ByteString.Empty;
        (_batch.Sequence, _batch.FirstUnixNs, _batch.FirstFrame, _batch.SentUnixNs) = (0, 0, 0, 0);
        (_batch.InterfacesBefore, _batch.EndOfCapture, _batch.LostPackets, _batch.SessionId) = (0, false, 0, "");
        _batch.NewInterfaces.Clear();
        _batch.TimeDeltasNs.Clear();
        _batch.CapturedLengths.Clear();
        _batch.OriginalLengths.Clear();
        _batch.InterfaceIndexes.Clear();
        _batch.FrameDeltas.Clear();
        _used = 0;
        _hasOriginalLengths = _hasInterfaces = _hasFrameSteps = _isBuilt = false;
    }
}
