using System.Diagnostics.CodeAnalysis;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>A get, put or legacy read that waits, among those of its channel.</summary>
internal struct OpenRequest : IChannelItem
{
    public PendingOperation Request;

    private ChannelLink _link;

    [UnscopedRef]
    public ref ChannelLink Link => ref _link;

    public void Keep(StateArchive archive) => (Request, _link) = (Request.Keep(archive), archive.Value(_link));
}
