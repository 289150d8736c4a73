namespace CaBridge.Analysis.ChannelAccess;

/// <summary>One message as a direction carried it. Fields, to be filled where they stand: a copy would wait for the writes before it.</summary>
internal ref struct CaMessage
{
    public CaHeader Header;

    /// <summary>What was kept of it, valid until the decoder is asked again.</summary>
    public ReadOnlySpan<byte> Payload;

    /// <summary>Whether bytes of the payload are missing in the capture; <see cref="Payload"/> ends before them.</summary>
    public bool HasGap;
}
