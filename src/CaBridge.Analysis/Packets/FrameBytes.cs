namespace CaBridge.Analysis.Packets;

/// <summary>What is left of a frame at some layer: the bytes that were kept, and how many there were on the wire.</summary>
internal readonly ref struct FrameBytes(ReadOnlySpan<byte> captured, int wireLength)
{
    /// <summary>Far above any frame: for a mirror that cut the frame and does not tell by how much.</summary>
    public const int UnknownWireLength = 1 << 30;

    /// <summary>
    /// The longest packet whose IP length may be 0 because the sender left segmentation to its network card: above twice Linux' GSO_MAX_SIZE.
    /// </summary>
    public const int MaxOffloadedLength = 1 << 20;

    public ReadOnlySpan<byte> Captured { get; } = captured;

    /// <summary>Never less than <see cref="Captured"/> has.</summary>
    public int WireLength { get; } = Math.Max(wireLength, captured.Length);

    public bool IsCut => Captured.Length < WireLength;

    /// <summary>What follows a header.</summary>
    /// <param name="headerLength">At most <see cref="WireLength"/>; it may be more than was captured.</param>
    public FrameBytes After(int headerLength) =>
        new(headerLength < Captured.Length ? Captured[headerLength..] : default, WireLength - headerLength);

    /// <param name="length">At most <see cref="WireLength"/>: the length that a header gives, which cuts padding away.</param>
    public FrameBytes Take(int length) => new(length < Captured.Length ? Captured[..length] : Captured, length);

    /// <summary>Why a header of <paramref name="headerLength"/> bytes cannot be read: the snap length, or a frame that had no room for it.</summary>
    public Layer WithoutHeader(int headerLength) => WireLength < headerLength ? Layer.Malformed : Layer.Other;
}
