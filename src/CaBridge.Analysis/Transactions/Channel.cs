using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Transactions;

/// <summary>A channel of one circuit by the server's id, until the server has confirmed its end.</summary>
internal struct ServerChannel
{
    public uint Cid;

    public PvName? Pv;

    /// <summary>Gets, puts and legacy reads that wait.</summary>
    public ChannelItems Requests;

    public ChannelItems Monitors;

    /// <summary>Whether CLEAR_CHANNEL was sent: what the server sent before it read that is still to come.</summary>
    public bool Cleared;
}

/// <summary>A channel of one circuit by the client's id.</summary>
internal struct ClientChannel
{
    /// <summary>The CREATE_CHAN that waits, or its last state.</summary>
    public PendingOperation Request;

    public bool CreatePending;

    /// <summary>Whether <see cref="Sid"/> is known; while CREATE_CHAN waits, it is that of the channel which had the cid before.</summary>
    public bool HasSid;

    public uint Sid;

    public readonly PvName? Pv => Request.Pv;
}
