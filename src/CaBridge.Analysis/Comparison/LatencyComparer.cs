using CaBridge.Analysis.Statistics;

namespace CaBridge.Analysis.Comparison;

/// <summary>Compares the latencies of two captures, group by group.</summary>
internal sealed class LatencyComparer(ComparisonOptions options)
{
    private readonly List<LatencyComparison> _groups = [];

    /// <summary>Groups of both captures, each once on a side.</summary>
    public void Add(ComparisonGrouping grouping, IReadOnlyList<LatencyGroup> before, IReadOnlyList<LatencyGroup> after)
    {
        var former = before.ToDictionary(group => (group.Operation, group.Key), group => group.Latency);
        foreach (var group in after)
        {
            former.Remove((group.Operation, group.Key), out var first);
            _groups.Add(Compare(grouping, group, first, group.Latency));
        }

        _groups.AddRange(before
            .Where(group => former.ContainsKey((group.Operation, group.Key)))
            .Select(group => Compare(grouping, group, group.Latency, after: null)));
    }

    /// <summary>All, with their verdicts: by grouping, then verdict, the greatest change first.</summary>
    public IReadOnlyList<LatencyComparison> Judged()
    {
        LatencyComparison[] tested = [.. _groups.Where(group => group.Difference is not null)];
        var adjusted = FalseDiscoveryRate.Adjust([.. tested.Select(group => group.Difference!.Value.Test.PValue)]);
        var judged = tested.Zip(adjusted, Judge).Concat(_groups.Where(group => group.Difference is null));
        return
        [
            .. judged
                .OrderBy(group => group.Grouping)
                .ThenBy(group => group.Verdict)
                .ThenByDescending(group => Math.Abs(Math.Log(group.MedianRatio is { } ratio and > 0 ? ratio : 1)))
                .ThenByDescending(group => (group.Before?.Count ?? 0) + (group.After?.Count ?? 0))
                .ThenBy(group => group.Operation)
                .ThenBy(group => group.Key, StringComparer.Ordinal),
        ];
    }

    private LatencyComparison Compare(ComparisonGrouping grouping, LatencyGroup group, LatencyDistribution? before, LatencyDistribution? after)
    {
        var enough = before?.Count >= options.MinCount && after?.Count >= options.MinCount;
        return new LatencyComparison
        {
            Grouping = grouping,
            Operation = group.Operation,
            Key = group.Key,
            Before = before?.Summary(),
            After = after?.Summary(),
            Difference = enough ? LatencyDifference.Of(before!, after!) : null,
            Verdict = before is null ? LatencyVerdict.New : after is null ? LatencyVerdict.Gone : LatencyVerdict.TooFew,
        };
    }

    private LatencyComparison Judge(LatencyComparison group, double adjusted)
    {
        var difference = group.Difference!.Value with { QValue = adjusted };
        var (before, after) = (group.Before!.Value.Percentile50, group.After!.Value.Percentile50);
        var matters = adjusted < options.Alpha && Math.Abs(difference.Delta.Value) >= options.MinEffect;
        var verdict = matters && difference.Delta.Value > 0 && IsGrown(before, after) ? LatencyVerdict.Slower
            : matters && difference.Delta.Value < 0 && IsGrown(after, before) ? LatencyVerdict.Faster
            : LatencyVerdict.Unchanged;
        return group with { Difference = difference, Verdict = verdict };
    }

    private bool IsGrown(double from, double to) => to > from && to >= from * (1 + options.MinChange);
}
