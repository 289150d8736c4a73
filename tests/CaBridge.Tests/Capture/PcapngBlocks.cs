namespace CaBridge.Tests.Capture;

/// <summary>Puts pcapng together block by block, in either byte order, right or wrong.</summary>
internal sealed class PcapngBlocks(bool isBigEndian = false)
{
    private readonly List<byte> _bytes = [];
    private bool _isBigEndian = isBigEndian;

    public byte[] ToArray() => [.. _bytes];

    public PcapngBlocks Section(bool? isBigEndian = null, ushort major = 1)
    {
        _isBigEndian = isBigEndian ?? _isBigEndian;
        return Block(0x0A0D0D0A, [.. U32(0x1A2B3C4D), .. U16(major), .. U16(0), .. U64(ulong.MaxValue)]);
    }

    public PcapngBlocks Interface(ushort linkType = 1, uint snapLength = 0, params byte[] options) =>
        Block(1, [.. U16(linkType), .. U16(0), .. U32(snapLength), .. options]);

    public PcapngBlocks Packet(uint interfaceIndex, ulong ticks, byte[] data, uint? originalLength = null, params byte[] options) => Block(
        6,
        [
            .. U32(interfaceIndex), .. U32((uint)(ticks >> 32)), .. U32((uint)ticks), .. U32((uint)data.Length),
            .. U32(originalLength ?? (uint)data.Length), .. Pad(data), .. options,
        ]);

    public PcapngBlocks ObsoletePacket(ushort interfaceIndex, ushort drops, ulong ticks, byte[] data) => Block(
        2,
        [
            .. U16(interfaceIndex), .. U16(drops), .. U32((uint)(ticks >> 32)), .. U32((uint)ticks), .. U32((uint)data.Length),
            .. U32((uint)data.Length), .. Pad(data),
        ]);

    public PcapngBlocks SimplePacket(byte[] data, uint originalLength) => Block(3, [.. U32(originalLength), .. Pad(data)]);

    public PcapngBlocks Block(uint type, params byte[] body)
    {
        var length = U32((uint)(body.Length + 12));
        return Raw([.. U32(type), .. length, .. body, .. length]);
    }

    public PcapngBlocks Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public byte[] Option(ushort code, params byte[] value) => [.. U16(code), .. U16((ushort)value.Length), .. Pad(value)];

    public byte[] U32(uint value) => Ordered(BitConverter.GetBytes(value));

    public byte[] U64(ulong value) => Ordered(BitConverter.GetBytes(value));

    private byte[] U16(ushort value) => Ordered(BitConverter.GetBytes(value));

    private byte[] Ordered(byte[] value)
    {
        if (_isBigEndian == BitConverter.IsLittleEndian)
            Array.Reverse(value);
        return value;
    }

    private static byte[] Pad(byte[] data) => [.. data, .. new byte[-data.Length & 3]];
}
