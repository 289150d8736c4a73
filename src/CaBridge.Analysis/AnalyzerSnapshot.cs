using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;

namespace CaBridge.Analysis;

/// <summary>What an <see cref="Analyzer"/> has counted so far; immutable.</summary>
public sealed record AnalyzerSnapshot
{
    /// <summary>Frames pushed, of any kind.</summary>
    public required long FramesRead { get; init; }

    /// <summary>TCP segments and UDP datagrams among them; a fragmented datagram counts once.</summary>
    public required long Frames { get; init; }

    /// <summary>Those that carried Channel Access.</summary>
    public required long ChannelAccessFrames { get; init; }

    /// <summary>Bytes on the wire of all frames, and of those that carried Channel Access.</summary>
    public required long Bytes { get; init; }

    public required long ChannelAccessBytes { get; init; }

    /// <summary>Earliest and latest frame; null before the first.</summary>
    public required CaptureTime? First { get; init; }

    public required CaptureTime? Last { get; init; }

    /// <summary>TCP connections that were found to be circuits, each instance counted.</summary>
    public required long Circuits { get; init; }

    public required IReadOnlyList<MessageCount> Messages { get; init; }

    public required IReadOnlyList<OperationAccount> Operations { get; init; }

    public required IReadOnlyList<AnomalyCount> Anomalies { get; init; }

    public required SearchFigures Search { get; init; }
}

/// <summary>Messages of one kind.</summary>
public readonly record struct MessageCount(Transport Transport, Sender Sender, CaCommand Command, long Count);

/// <summary>SEARCH over UDP.</summary>
/// <param name="Searches">SEARCH requests in all datagrams, retries and fan-out included, frames recorded twice once.</param>
/// <param name="Names">Distinct names searched.</param>
/// <param name="Answered">Distinct (client address, port, cid) that got a reply.</param>
/// <param name="NeverAnswered">Names of which a search, that is a (client address, port, cid), never got a reply, sorted by ordinal.</param>
public sealed record SearchFigures(long Searches, long Names, long Answered, IReadOnlyList<string> NeverAnswered);
