using System.Buffers;
using System.Runtime.InteropServices;
using CaBridge.Analysis.State;
using CaBridge.Analysis.Tcp;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>The first chunks of a connection of which it is not known yet what it carries; bounded, in a pooled buffer.</summary>
internal sealed class HeldChunks
{
    private const int MaxChunks = 512;
    private const int MaxBytes = 32 * 1024;

    private readonly List<Entry> _entries = [];
    private byte[]? _buffer;
    private int _bytes;

    public int Count => _entries.Count;

    /// <returns>False if there is no room.</returns>
    public bool TryAdd(in StreamChunk chunk)
    {
        if (_entries.Count == MaxChunks || _bytes + chunk.Bytes.Length > MaxBytes)
        {
            return false;
        }

        if (!chunk.Bytes.IsEmpty)
        {
            _buffer ??= ArrayPool<byte>.Shared.Rent(MaxBytes);
            chunk.Bytes.CopyTo(_buffer.AsSpan(_bytes));
        }

        _entries.Add(new Entry(chunk.Kind, chunk.Side, _bytes, chunk.Bytes.Length, chunk.MissingBytes, chunk.CutBytes, chunk.Time, chunk.Frame));
        _bytes += chunk.Bytes.Length;
        return true;
    }

    /// <summary>The chunk as it was added; its bytes are valid until <see cref="Clear"/>.</summary>
    public StreamChunk this[int index]
    {
        get
        {
            var entry = _entries[index];
            return new StreamChunk
            {
                Kind = entry.Kind,
                Side = entry.Side,
                Bytes = _buffer.AsSpan(entry.Offset, entry.Length),
                MissingBytes = entry.MissingBytes,
                CutBytes = entry.CutBytes,
                Time = entry.Time,
                Frame = entry.Frame,
            };
        }
    }

    /// <summary>Copies what one side sent first, up to a gap or to the room in <paramref name="destination"/>.</summary>
    public int CopyStart(int side, Span<byte> destination)
    {
        var copied = 0;
        for (var i = 0; i < _entries.Count && copied < destination.Length; i++)
        {
            var chunk = this[i];
            if (chunk.Side != side)
            {
                continue;
            }

            var taken = Math.Min(chunk.Bytes.Length, destination.Length - copied);
            chunk.Bytes[..taken].CopyTo(destination[copied..]);
            copied += taken;
            if (chunk.Kind != StreamChunkKind.Data || chunk.CutBytes > 0)
            {
                break;
            }
        }

        return copied;
    }

    public void Clear()
    {
        _entries.Clear();
        _bytes = 0;
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    private readonly record struct Entry(
        StreamChunkKind Kind, int Side, int Offset, int Length, int MissingBytes, int CutBytes, CaptureTime Time, long Frame);

    public void Keep(StateArchive archive)
    {
        var bytes = archive.Bytes(_buffer.AsMemory(0, _bytes));
        var count = archive.Count(_entries.Count);
        if (archive.IsLoading)
        {
            _bytes = bytes.Length;
            if (_bytes > 0)
            {
                _buffer = ArrayPool<byte>.Shared.Rent(MaxBytes);
                bytes.Span.CopyTo(_buffer);
            }

            CollectionsMarshal.SetCount(_entries, count);
        }

        archive.Values(CollectionsMarshal.AsSpan(_entries));
    }
}
