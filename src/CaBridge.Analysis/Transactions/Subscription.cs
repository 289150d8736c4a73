using System.Diagnostics.CodeAnalysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>A monitor, from EVENT_ADD until it is cancelled or its channel ends.</summary>
internal struct Subscription : IChannelItem
{
    /// <summary>The EVENT_ADD; what matters of it once the first update has come is the name alone.</summary>
    public PendingOperation Request;

    /// <summary>Whether an update has come.</summary>
    public bool Updated;

    /// <summary>Whether EVENT_CANCEL was sent: the next EVENT_ADD without payload confirms it.</summary>
    public bool Cancelled;

    /// <summary>Updates so far, the first included; stays at 2³² − 1.</summary>
    public uint Updates;

    private ChannelLink _link;

    [UnscopedRef]
    public ref ChannelLink Link => ref _link;

    /// <summary>Name of a subscription whose EVENT_ADD was seen; null if only updates were.</summary>
    public readonly PvName? Pv => Request.Pv;

    public void CountUpdate() => Updates += Updates == uint.MaxValue ? 0u : 1;

    public void Keep(StateArchive archive)
    {
        (Request, _link) = (Request.Keep(archive), archive.Value(_link));
        (Updated, Cancelled, Updates) = (archive.Value(Updated), archive.Value(Cancelled), archive.Value(Updates));
    }
}
