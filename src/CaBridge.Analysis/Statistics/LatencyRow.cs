using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>One group of a <see cref="LatencyTable"/>.</summary>
/// <param name="Key">
/// As <see cref="LatencyGrouping"/> shows it; <see cref="LatencyTable.OtherKey"/> beyond the bound of groups; null for what has no PV.
/// </param>
public readonly record struct LatencyRow(Operation Operation, string? Key, LatencySummary Summary);
