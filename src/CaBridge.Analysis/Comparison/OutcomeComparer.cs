using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Comparison;

/// <summary>Compares what became of the requests of two captures.</summary>
internal sealed class OutcomeComparer(ComparisonOptions options)
{
    private readonly List<OutcomeComparison> _rows = [];

    public void Add(IReadOnlyDictionary<(Operation Operation, string? Server), RequestCounts> before, IReadOnlyDictionary<(Operation Operation, string? Server), RequestCounts> after)
    {
        foreach (var key in before.Keys.Union(after.Keys).OrderBy(key => key.Operation).ThenBy(key => key.Server, StringComparer.Ordinal))
        {
            var (first, second) = (before.GetValueOrDefault(key), after.GetValueOrDefault(key));
            _rows.Add(new OutcomeComparison
            {
                Operation = key.Operation,
                Server = key.Server,
                Before = first,
                After = second,
                Failed = Test(first.Failed, first.Known, second.Failed, second.Known),
                Unanswered = Test(first.Unanswered, first.Known, second.Unanswered, second.Known),
            });
        }
    }

    public IReadOnlyList<OutcomeComparison> Judged()
    {
        double[] pValues = [.. _rows.SelectMany(row => (double?[])[row.Failed.PValue, row.Unanswered.PValue]).OfType<double>()];
        var adjusted = new Queue<double>(FalseDiscoveryRate.Adjust(pValues));
        return [.. _rows.Select(Judge)];

        OutcomeComparison Judge(OutcomeComparison row) => row with
        {
            Failed = JudgeShare(row.Failed, Share(row.After.Failed, row.After.Known) - Share(row.Before.Failed, row.Before.Known)),
            Unanswered = JudgeShare(row.Unanswered, Share(row.After.Unanswered, row.After.Known) - Share(row.Before.Unanswered, row.Before.Known)),
        };

        // in the order in which they were tested
        ShareDifference JudgeShare(ShareDifference difference, double growth)
        {
            if (difference.PValue is null)
            {
                return difference;
            }

            var q = adjusted.Dequeue();
            return difference with
            {
                QValue = q,
                Verdict = q >= options.Alpha ? ShareVerdict.Unchanged : growth > 0 ? ShareVerdict.More : ShareVerdict.Fewer,
            };
        }
    }

    private static double Share(long part, long whole) => (double)part / whole;

    private ShareDifference Test(long hitsBefore, long before, long hitsAfter, long after)
    {
        var none = hitsBefore + hitsAfter == 0 || before == 0 || after == 0;
        return none ? new ShareDifference(PValue: null, QValue: null, ShareVerdict.Unchanged)
            : Math.Min(before, after) < options.MinCount ? new ShareDifference(PValue: null, QValue: null, ShareVerdict.TooFew)
            : new ShareDifference(FisherExactTest.PValue(hitsBefore, before, hitsAfter, after), QValue: null, ShareVerdict.Unchanged);
    }
}
