using System.Diagnostics.CodeAnalysis;

namespace CaBridge.Analysis.Findings;

/// <summary>The stable ids of findings, a contract with scripts: one may be added, none renamed.</summary>
public static class FindingNames
{
    /// <summary>Indexed by <see cref="FindingKind"/>.</summary>
    private static readonly string[] Ids =
    [
        "server-restart", "dead-tcp", "unresponsive-circuit", "duplicate-pv", "orphan-search", "search-storm", "head-of-line", "skipped-request",
        "slow-create", "slow-consumer", "error-status", "access-denied", "beacon-anomaly", "transport", "multi-homed-server",
    ];

    private static readonly string[] Severities = ["info", "warning", "error"];
    private static readonly string[] Confidences = ["low", "medium", "high"];

    /// <summary>All ids, in the order of <see cref="FindingKind"/>.</summary>
    public static IReadOnlyList<string> All => Ids;

    /// <summary>Info, warning, error.</summary>
    public static IReadOnlyList<string> AllSeverities => Severities;

    public static string Id(this FindingKind kind) => Ids[(int)kind];

    public static string Name(this FindingSeverity severity) => Severities[(int)severity];

    public static string Name(this FindingConfidence confidence) => Confidences[(int)confidence];

    public static bool TryParse([NotNullWhen(true)] string? id, out FindingKind kind)
    {
        var index = Array.IndexOf(Ids, id);
        kind = (FindingKind)Math.Max(index, 0);
        return index >= 0;
    }

    public static bool TryParseSeverity([NotNullWhen(true)] string? name, out FindingSeverity severity)
    {
        var index = Array.IndexOf(Severities, name);
        severity = (FindingSeverity)Math.Max(index, 0);
        return index >= 0;
    }
}
