using CaBridge.Analysis;

namespace CaBridge.Capture.Live;

/// <summary>What libpcap has of a packet; <paramref name="data"/> is its buffer, valid until it is asked for the next one.</summary>
internal readonly ref struct LiveFrame(CaptureTime time, ReadOnlySpan<byte> data, int originalLength)
{
    public CaptureTime Time { get; } = time;

    public ReadOnlySpan<byte> Data { get; } = data;

    public int OriginalLength { get; } = originalLength;
}
