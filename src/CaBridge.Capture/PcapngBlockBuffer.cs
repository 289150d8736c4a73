using System.Buffers.Binary;

namespace CaBridge.Capture;

/// <summary>Blocks being put together, little-endian; the buffer keeps the size of the largest batch.</summary>
internal sealed class PcapngBlockBuffer(int capacityBytes)
{
    private byte[] _bytes = new byte[capacityBytes];
    private int _blockStart;

    public int Length { get; private set; }

    /// <summary>Begins a block whose length <see cref="End"/> fills in.</summary>
    public void Begin(uint type)
    {
        _blockStart = Length;
        Put(type);
        Put(0u);
    }

    public void End()
    {
        var length = (uint)(Length - _blockStart + 4);
        Put(length);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_blockStart + 4), length);
    }

    public void Put(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Reserve(2), value);

    public void Put(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);

    public void Put(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);

    /// <summary>Adds zeros up to a multiple of 4.</summary>
    public void PutPadded(ReadOnlySpan<byte> data)
    {
        data.CopyTo(Reserve(data.Length));
        Reserve(-data.Length & 3).Clear();
    }

    public void PutOption(ushort code, ReadOnlySpan<byte> value)
    {
        Put(code);
        Put((ushort)value.Length);
        PutPadded(value);
    }

    public void PutOption(ushort code, ulong value)
    {
        Put(code);
        Put((ushort)8);
        Put(value);
    }

    public void WriteTo(Stream stream)
    {
        stream.Write(_bytes, 0, Length);
        Length = 0;
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
