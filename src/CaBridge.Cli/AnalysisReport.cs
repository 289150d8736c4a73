using CaBridge.Analysis;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;

namespace CaBridge.Cli;

/// <summary>Everything that <c>analyze</c> answers, but for the transactions themselves; what renderings are made from.</summary>
internal sealed record AnalysisReport
{
    /// <summary>As the user named them; <c>-</c> is standard input.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public IReadOnlyList<CaptureProblem> Problems { get; init; } = [];

    /// <summary>What was read, whole; a filter has no part in it.</summary>
    public required AnalyzerSnapshot Capture { get; init; }

    /// <summary>Whether what follows tells of a part of the operations only.</summary>
    public bool IsFiltered { get; init; }

    public required IReadOnlyList<OperationAccount> Operations { get; init; }

    /// <summary>Whether there was anything of Channel Access: a message, or a SYN to a server that did not answer.</summary>
    public bool IsAnythingFound => Capture.ChannelAccessFrames > 0 || Capture.Operations.Any(account => account.Requests > 0);

    /// <summary>Whether a filter let nothing through, neither request nor reply.</summary>
    public bool IsNothingSelected => IsFiltered && Operations.All(account => account.Requests + account.RepliesWithoutRequest == 0);

    public required LatencyGrouping Grouping { get; init; }

    public required IReadOnlyList<LatencyRow> Latency { get; init; }

    /// <summary>Latencies beyond the bound of groups; they are in <see cref="LatencyTable.OtherKey"/>.</summary>
    public required long OtherLatencies { get; init; }

    /// <summary>The slowest first, as many as were asked for.</summary>
    public required IReadOnlyList<SlowPv> SlowestPvs { get; init; }

    /// <summary>Latencies of PVs beyond the bound of <see cref="SlowestPvs"/>.</summary>
    public required long UnrankedLatencies { get; init; }

    public required IReadOnlyList<FailureCount> Failures { get; init; }

    public required IReadOnlyList<UnansweredCount> UnansweredCounts { get; init; }

    /// <summary>The first so many, as <see cref="StatisticsOptions.MaxUnanswered"/> says.</summary>
    public required IReadOnlyList<Transaction> Unanswered { get; init; }

    /// <summary>
    /// Names that were searched and that no server answered for, to no client, and that no channel was created for. Less than
    /// <see cref="SearchFigures.NeverAnswered"/>, where one search without reply is enough.
    /// </summary>
    public required IReadOnlyList<string> NotServed { get; init; }

    /// <summary>What is wrong, that which matters most first.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Whether anything wrong was looked for: a server may be told not to.</summary>
    public bool LooksForFindings { get; init; } = true;

    /// <summary>How channels came to be, the slowest kept.</summary>
    public ConnectionTable Connections { get; init; } = new();

    /// <summary>All, in <see cref="Unanswered"/> or not.</summary>
    public long UnansweredTotal => UnansweredCounts.Sum(count => count.Count);

    public bool IsUnansweredCut => Unanswered.Count < UnansweredTotal;
}
