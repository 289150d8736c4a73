namespace CaBridge.Analysis.ChannelAccess;

/// <summary>How bad a status is (EPICS Base <c>caerr.h</c>, <c>CA_K_*</c>). Bit 0 is set in what is no failure.</summary>
public enum EcaSeverity : byte
{
    Warning = 0,
    Success = 1,
    Error = 2,
    Info = 3,
    Severe = 4,
    Fatal = 6,
}
