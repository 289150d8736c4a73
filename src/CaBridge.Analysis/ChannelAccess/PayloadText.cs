namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Text in payloads: bytes without declared encoding, ended by a NUL and padded, or filling their field.</summary>
public static class PayloadText
{
    public static ReadOnlySpan<byte> UntilNul(ReadOnlySpan<byte> bytes)
    {
        var nul = bytes.IndexOf((byte)0);
        return nul < 0 ? bytes : bytes[..nul];
    }
}
