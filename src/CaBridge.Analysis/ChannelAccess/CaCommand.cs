namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Command codes of Channel Access (CA protocol specification, "Commands"; EPICS Base <c>caProto.h</c>).</summary>
public enum CaCommand : ushort
{
    Version = 0,
    EventAdd = 1,
    EventCancel = 2,
    Read = 3,
    Write = 4,
    Snapshot = 5,
    Search = 6,
    Build = 7,
    EventsOff = 8,
    EventsOn = 9,
    ReadSync = 10,
    Error = 11,
    ClearChannel = 12,
    RsrvIsUp = 13,
    NotFound = 14,
    ReadNotify = 15,
    ReadBuild = 16,
    RepeaterConfirm = 17,
    CreateChan = 18,
    WriteNotify = 19,
    ClientName = 20,
    HostName = 21,
    AccessRights = 22,
    Echo = 23,
    RepeaterRegister = 24,
    Signal = 25,
    CreateChFail = 26,
    ServerDisconn = 27,
}
