using CaBridge.Analysis.Statistics;

namespace CaBridge.Analysis.Comparison;

/// <summary>Names in JSON, tables and options, a contract: one may be added, none renamed.</summary>
public static class ComparisonNames
{
    private static readonly string[] GroupingNames = ["operation", "server", "pv"];
    private static readonly string[] LatencyVerdicts = ["slower", "faster", "new", "gone", "unchanged", "too_few"];
    private static readonly string[] ShareVerdicts = ["more", "fewer", "unchanged", "too_few"];
    private static readonly string[] Sizes = ["negligible", "small", "medium", "large"];

    /// <summary>In the order of <see cref="ComparisonGrouping"/>.</summary>
    public static IReadOnlyList<string> Groupings => GroupingNames;

    public static string Name(this ComparisonGrouping grouping) => GroupingNames[(int)grouping];

    public static string Name(this LatencyVerdict verdict) => LatencyVerdicts[(int)verdict];

    public static string Name(this ShareVerdict verdict) => ShareVerdicts[(int)verdict];

    public static string Name(this EffectSize size) => Sizes[(int)size];

    /// <param name="name">One of <see cref="Groupings"/>.</param>
    public static ComparisonGrouping ParseGrouping(string name) => (ComparisonGrouping)Array.IndexOf(GroupingNames, name);
}
