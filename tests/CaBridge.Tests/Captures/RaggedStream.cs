namespace CaBridge.Tests.Captures;

/// <summary>Gives pieces of all lengths up to a few KiB, as a pipe may, and cannot seek.</summary>
internal sealed class RaggedStream(byte[] bytes, int seed) : MemoryStream(bytes)
{
    private const int MaxPieceBytes = 3000;

    private readonly Random _random = new(seed);

    public override bool CanSeek => false;

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, NextLength())]);

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, NextLength()));

    private int NextLength() => 1 + (_random.Next(4) == 0 ? 0 : _random.Next(MaxPieceBytes));
}
