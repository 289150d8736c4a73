namespace CaBridge.Analysis.Comparison;

/// <summary>How the traffic of one capture differs from that of another; immutable.</summary>
public sealed record TrafficComparison
{
    /// <summary>By grouping, then verdict, the greatest change first.</summary>
    public required IReadOnlyList<LatencyComparison> Latency { get; init; }

    /// <summary>By operation, then by server.</summary>
    public required IReadOnlyList<OutcomeComparison> Outcomes { get; init; }

    /// <summary>PVs that another host serves, by name.</summary>
    public required IReadOnlyList<MovedPv> Moved { get; init; }

    /// <param name="groupings">What is compared; the p-values of all of it are adjusted together.</param>
    public static TrafficComparison Of(
        ComparedTraffic before, ComparedTraffic after, IReadOnlyCollection<ComparisonGrouping> groupings, ComparisonOptions options)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(groupings);
        var latency = new LatencyComparer(options);
        foreach (var grouping in groupings)
        {
            latency.Add(grouping, before.Groups(grouping), after.Groups(grouping));
        }

        var outcomes = new OutcomeComparer(options);
        var (ofOperations, ofServers) = (groupings.Contains(ComparisonGrouping.Operation), groupings.Contains(ComparisonGrouping.Server));
        outcomes.Add(before.Outcomes(ofOperations, ofServers), after.Outcomes(ofOperations, ofServers));
        return new TrafficComparison
        {
            Latency = latency.Judged(),
            Outcomes = outcomes.Judged(),
            Moved = PvServers.Moves(before.Servers, after.Servers),
        };
    }
}
