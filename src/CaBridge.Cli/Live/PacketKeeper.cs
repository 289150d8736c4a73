using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture.Live;

namespace CaBridge.Cli.Live;

/// <summary>
/// Writes packets to a ring of files on a thread of its own: a slow disk never holds up the capture. What it cannot take in time is lost to the files
/// alone, and counted; when the disk fails nothing is written any more, and that is told once.
/// </summary>
internal sealed class PacketKeeper : IDisposable
{
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>With the one being filled and the one being written some 64 MB.</summary>
    private const int MaxChunks = 62;

    private readonly PcapngRing _ring;
    private readonly Action<string> _tell;
    private readonly BlockingCollection<Chunk> _full = new(MaxChunks);
    private readonly ConcurrentBag<Chunk> _empty = [];
    private readonly Lock _lock = new();
    private readonly Thread _writer;
    private Chunk _filling = new();
    private long _kept;
    private long _lost;
    private bool _isComplete;
    private volatile bool _hasFailed;

    /// <param name="ring">Disposed with this.</param>
    /// <param name="tell">Gets a sentence for the user, on another thread.</param>
    public PacketKeeper(PcapngRing ring, Action<string> tell)
    {
        (_ring, _tell) = (ring, tell);
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "pcapng" };
        _writer.Start();
    }

    /// <summary>A <see cref="PacketSink"/>; copies the packet.</summary>
    public void Add(in Packet packet)
    {
        lock (_lock)
        {
            if (_hasFailed || (!_filling.HasRoomFor(in packet) && !TryHandOver()))
            {
                _lost++;
                return;
            }

            _filling.Add(in packet);
        }
    }

    /// <summary>What has come so far is in the file soon.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_filling.Count > 0)
            {
                TryHandOver();
            }
        }
    }

    /// <summary>Writes what is left, and what was lost on the way here. Nothing may be added afterwards.</summary>
    /// <returns>A sentence for the user.</returns>
    public string Complete(IReadOnlyList<DeviceStatistics> devices, CaptureTime now)
    {
        Chunk last;
        lock (_lock)
        {
            (last, _filling) = (_filling, new Chunk());
        }

        // this may wait, nothing is captured any more
        _full.Add(last);
        _full.CompleteAdding();
        _writer.Join();
        _isComplete = true;
        if (!_hasFailed)
        {
            End(devices, now);
        }

        var files = _ring.FilesWritten == 1 ? _ring.Current : string.Create(CultureInfo.InvariantCulture, $"{_ring.FilesWritten:N0} files, the last one {_ring.Current}");
        return string.Create(CultureInfo.InvariantCulture, $"{_kept:N0} packets written to {files}; {_lost:N0} not");
    }

    public void Dispose()
    {
        if (!_isComplete)
        {
            _full.CompleteAdding();
            _writer.Join();
        }

        _ring.Abandon();
        _full.Dispose();
    }

    private bool TryHandOver()
    {
        if (!_full.TryAdd(_filling))
        {
            return false;
        }

        _filling = _empty.TryTake(out var chunk) ? chunk : new Chunk();
        return true;
    }

    private void End(IReadOnlyList<DeviceStatistics> devices, CaptureTime now)
    {
        try
        {
            foreach (var (index, device) in devices.Index())
            {
                _ring.WriteStatistics(index, now, device.Received, device.DroppedByKernel + device.DroppedByInterface);
            }

            _ring.Dispose();
        }
        catch (IOException failure)
        {
            Fail(failure);
        }
    }

    private void WriteAll()
    {
        foreach (var chunk in _full.GetConsumingEnumerable())
        {
            if (!_hasFailed && TryWrite(chunk))
            {
                _kept += chunk.Count;
            }
            else
            {
                lock (_lock)
                {
                    _lost += chunk.Count;
                }
            }

            chunk.Clear();
            _empty.Add(chunk);
        }
    }

    private bool TryWrite(Chunk chunk)
    {
        try
        {
            chunk.ForEach(_ring.Write);
            _ring.Flush();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fail(failure);
            return false;
        }
    }

    private void Fail(Exception failure)
    {
        _hasFailed = true;
        _tell($"'{_ring.Current}' is not written any more, the capture goes on: {failure.Message}");
    }

    /// <summary>Packets one after the other, each behind its figures.</summary>
    private sealed class Chunk
    {
        private const int HeadBytes = 32;

        private readonly byte[] _bytes = new byte[ChunkBytes];
        private int _length;

        public int Count { get; private set; }

        public bool HasRoomFor(in Packet packet) => _length + HeadBytes + packet.Data.Length <= ChunkBytes;

        public void Add(in Packet packet)
        {
            var head = _bytes.AsSpan(_length, HeadBytes);
            BinaryPrimitives.WriteInt64LittleEndian(head, packet.Time.UnixNanoseconds);
            BinaryPrimitives.WriteInt64LittleEndian(head[8..], packet.Frame);
            BinaryPrimitives.WriteInt32LittleEndian(head[16..], (int)packet.LinkType);
            BinaryPrimitives.WriteInt32LittleEndian(head[20..], packet.InterfaceIndex);
            BinaryPrimitives.WriteInt32LittleEndian(head[24..], packet.OriginalLength);
            BinaryPrimitives.WriteInt32LittleEndian(head[28..], packet.Data.Length);
            packet.Data.CopyTo(_bytes.AsSpan(_length + HeadBytes));
            _length += HeadBytes + packet.Data.Length;
            Count++;
        }

        public void ForEach(PacketSink sink)
        {
            for (var at = 0; at < _length;)
            {
                var head = _bytes.AsSpan(at, HeadBytes);
                var data = _bytes.AsSpan(at + HeadBytes, BinaryPrimitives.ReadInt32LittleEndian(head[28..]));
                sink(new Packet(
                    new CaptureTime(BinaryPrimitives.ReadInt64LittleEndian(head)),
                    BinaryPrimitives.ReadInt64LittleEndian(head[8..]),
                    (LinkType)BinaryPrimitives.ReadInt32LittleEndian(head[16..]),
                    data,
                    BinaryPrimitives.ReadInt32LittleEndian(head[24..]),
                    BinaryPrimitives.ReadInt32LittleEndian(head[20..])));
                at += HeadBytes + data.Length;
            }
        }

        public void Clear() => (_length, Count) = (0, 0);
    }
}
