namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Status codes of replies (EPICS Base <c>caerr.h</c>): bits 0–2 severity, bits 3–15 message number.</summary>
public static class EcaStatus
{
    public const uint Normal = 1;
}
