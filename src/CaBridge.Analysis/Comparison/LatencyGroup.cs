using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Comparison;

/// <summary>Latencies of one capture that are compared with those of the same group in another.</summary>
internal readonly record struct LatencyGroup(Operation Operation, string? Key, LatencyDistribution Latency);
