namespace CaBridge.Analysis.ChannelAccess;

/// <summary>One message as a direction carried it.</summary>
/// <param name="payload">What was kept of its payload, valid until the decoder is asked again.</param>
/// <param name="hasGap">Whether bytes of it are missing in the capture; <paramref name="payload"/> ends before them.</param>
internal readonly ref struct CaMessage(CaHeader header, ReadOnlySpan<byte> payload, bool hasGap)
{
    public CaHeader Header { get; } = header;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    public bool HasGap { get; } = hasGap;
}
