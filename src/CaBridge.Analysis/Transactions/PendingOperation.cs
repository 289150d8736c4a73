using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>A request that waits for its reply.</summary>
/// <param name="Sid">The channel at the server, where the request names one.</param>
/// <param name="Bytes">Of the request message.</param>
internal readonly record struct PendingOperation(
    Operation Operation,
    PvName? Pv,
    uint Sid,
    CaptureTime RequestedAt,
    long Frame,
    uint Bytes)
{
    /// <summary>Whether it has been told as timed out already: all that still matters is whether a late reply comes.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>Of a request with an ioid, its place among those of its circuit (<see cref="AnswerOrder"/>).</summary>
    public uint Order { get; init; }

    /// <summary>Whether its reply is the first value of its channel.</summary>
    public bool IsFirstValue { get; init; }

    public PendingOperation Keep(StateArchive archive) => new(
        archive.Value(Operation), archive.OptionalName(Pv), archive.Value(Sid), archive.Value(RequestedAt), archive.Value(Frame), archive.Value(Bytes))
    {
        IsOverdue = archive.Value(IsOverdue),
        Order = archive.Value(Order),
        IsFirstValue = archive.Value(IsFirstValue),
    };
}
