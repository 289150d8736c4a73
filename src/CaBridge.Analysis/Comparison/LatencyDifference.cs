using CaBridge.Analysis.Statistics;

namespace CaBridge.Analysis.Comparison;

/// <summary>What a test says of the latencies of a group that both captures have.</summary>
/// <param name="Shift">Nanoseconds, of <see cref="HodgesLehmannShift"/>; above 0 where it got slower, as <paramref name="Delta"/>.</param>
/// <param name="QValue">The p-value, adjusted for all groups that were tested.</param>
/// <param name="IsApproximate">Whether a side had too many values to keep all: then both are compared by the buckets of <see cref="LatencyHistogram"/>.</param>
public readonly record struct LatencyDifference(RankSumTest Test, CliffsDelta Delta, double Shift, double QValue, bool IsApproximate)
{
    /// <summary>Before it is adjusted.</summary>
    internal static LatencyDifference Of(LatencyDistribution before, LatencyDistribution after)
    {
        var approximate = !before.Exact || !after.Exact;
        var (first, second) = (before.Sample(approximate), after.Sample(approximate));
        var test = RankSumTest.Of(first, second);
        return new LatencyDifference(test, CliffsDelta.Of(test), HodgesLehmannShift.Of(first, second), test.PValue, approximate);
    }
}
