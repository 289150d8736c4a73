using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Transactions;

/// <summary>A channel of one circuit by the server's id.</summary>
internal readonly record struct ServerChannel(uint Cid, PvName? Pv);

/// <summary>A channel of one circuit by the client's id.</summary>
internal struct ClientChannel
{
    /// <summary>The CREATE_CHAN that waits, or its last state.</summary>
    public PendingOperation Request;

    public bool CreatePending;

    public bool HasSid;

    public uint Sid;

    public readonly PvName? Pv => Request.Pv;
}
