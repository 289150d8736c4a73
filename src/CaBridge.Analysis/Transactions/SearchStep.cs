using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Transactions;

/// <summary>Where a search stands when a message of it was taken.</summary>
internal readonly record struct SearchStep
{
    public required PvName Name { get; init; }

    public SearchSightingKind Kind { get; init; }

    /// <summary>With sequence numbers of their own, until the reply.</summary>
    public int Tries { get; init; }

    public CaptureTime FirstAt { get; init; }

    public long FirstFrame { get; init; }

    /// <summary>The try before this one; that of <see cref="FirstAt"/> if there was none.</summary>
    public CaptureTime PreviousTryAt { get; init; }

    /// <summary>Whether it had a reply before this message.</summary>
    public bool IsAnswered { get; init; }

    /// <summary>Who gave the first reply, when and in which frame; of no meaning before.</summary>
    public Endpoint FirstServer { get; init; }

    public CaptureTime AnsweredAt { get; init; }

    public long AnswerFrame { get; init; }
}
