using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Comparison;

/// <summary>What became of a share of requests.</summary>
public enum ShareVerdict : byte
{
    More = 0,
    Fewer = 1,

    /// <summary>No significant difference, or one capture has no such requests at all.</summary>
    Unchanged = 2,

    /// <summary>Too few requests on a side to tell.</summary>
    TooFew = 3,
}

/// <summary>The requests of one operation, of all servers or of one, in two captures.</summary>
public sealed record OutcomeComparison
{
    public required Operation Operation { get; init; }

    /// <summary>The server's address; null for all of them.</summary>
    public required string? Server { get; init; }

    /// <summary><c>default</c> where the capture has none.</summary>
    public required RequestCounts Before { get; init; }

    /// <inheritdoc cref="Before"/>
    public required RequestCounts After { get; init; }

    public required ShareDifference Failed { get; init; }

    public required ShareDifference Unanswered { get; init; }
}

/// <summary>What <see cref="FisherExactTest"/> says of the share that failed, or stayed unanswered, of all requests whose fate both captures tell.</summary>
/// <param name="PValue">Null where there was nothing to test: too few requests, or none of them on either side.</param>
/// <param name="QValue">The p-value, adjusted for all shares that were tested.</param>
public readonly record struct ShareDifference(double? PValue, double? QValue, ShareVerdict Verdict);
