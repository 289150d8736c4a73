namespace CaBridge.Analysis.Comparison;

/// <summary>A PV that is served by another host than before.</summary>
/// <param name="From">With port 0, as <paramref name="To"/>; none of them is in both.</param>
public sealed record MovedPv(string Pv, IReadOnlyList<Endpoint> From, IReadOnlyList<Endpoint> To);
