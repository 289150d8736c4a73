namespace CaBridge.Analysis.Tcp;

/// <summary>What all connections together hold out of order: the memory of <see cref="HeldSegment"/>s.</summary>
internal sealed class HeldMemory
{
    public long Bytes { get; private set; }

    public void Add(in HeldSegment segment) => Bytes += segment.MemoryBytes;

    public void Remove(in HeldSegment segment) => Bytes -= segment.MemoryBytes;
}
