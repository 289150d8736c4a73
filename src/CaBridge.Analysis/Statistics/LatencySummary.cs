namespace CaBridge.Analysis.Statistics;

/// <summary>What <c>describe()</c> of pandas tells of a set of latencies, in nanoseconds.</summary>
/// <param name="StandardDeviation">Of the sample (n − 1); null for a single value.</param>
/// <param name="Exact">
/// Whether the percentiles are exact (linear interpolation between the closest ranks); else they are the histogram's, with a relative error
/// of at most 1.09 %. Count, mean, deviation, minimum and maximum are always exact.
/// </param>
public readonly record struct LatencySummary(
    long Count,
    double Mean,
    double? StandardDeviation,
    long Minimum,
    double Percentile25,
    double Percentile50,
    double Percentile75,
    double Percentile95,
    double Percentile99,
    long Maximum,
    bool Exact);
