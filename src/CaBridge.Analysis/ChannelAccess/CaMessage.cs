namespace CaBridge.Analysis.ChannelAccess;

/// <summary>One message as a direction carried it. Fields, to be filled where they stand: a copy would wait for the writes before it.</summary>
internal ref struct CaMessage
{
    public CaHeader Header;

    /// <summary>What was kept of it, valid until the decoder is asked again.</summary>
    public ReadOnlySpan<byte> Payload;

    /// <summary>Whether bytes of the payload are missing in the capture; <see cref="Payload"/> ends before them.</summary>
    public bool HasGap;

    /// <summary>Whether a text at the payload's beginning is whole: what stands before a gap is but its beginning, unless its NUL is there.</summary>
    public readonly bool HasWholeText => !HasGap || Payload.Contains((byte)0);
}
