using CaBridge.Analysis.Statistics;

namespace CaBridge.Cli.Rendering;

/// <summary>Groupings as <c>--by</c>, JSON and CSV have them.</summary>
internal static class GroupingNames
{
    private static readonly string[] Names = ["server", "client", "pv", "circuit"];

    /// <summary>In the order of <see cref="LatencyGrouping"/>.</summary>
    public static IReadOnlyList<string> All => Names;

    public static string Name(LatencyGrouping grouping) => Names[(int)grouping];

    /// <param name="name">One of <see cref="All"/>.</param>
    public static LatencyGrouping Parse(string name) => (LatencyGrouping)Array.IndexOf(Names, name);
}
