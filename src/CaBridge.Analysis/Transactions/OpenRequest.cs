using System.Diagnostics.CodeAnalysis;

namespace CaBridge.Analysis.Transactions;

/// <summary>A get, put or legacy read that waits, among those of its channel.</summary>
internal struct OpenRequest : IChannelItem
{
    public PendingOperation Request;

    /// <summary>Its place among the requests with an ioid of its circuit, counted from 1; wraps.</summary>
    public uint Order;

    private ChannelLink _link;

    [UnscopedRef]
    public ref ChannelLink Link => ref _link;
}
