using System.Diagnostics.CodeAnalysis;

namespace CaBridge.Analysis.Transactions;

/// <summary>A get, put or legacy read that waits, among those of its channel.</summary>
internal struct OpenRequest : IChannelItem
{
    public PendingOperation Request;

    private ChannelLink _link;

    [UnscopedRef]
    public ref ChannelLink Link => ref _link;
}
