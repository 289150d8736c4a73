namespace CaBridge.Analysis.Statistics;

/// <summary>
/// Fisher's exact test of two shares, two-sided: right also for the few failures that a good system has, where a normal approximation is not.
/// </summary>
/// <remarks>
/// R. A. Fisher, "Statistical Methods for Research Workers", 5th edition (1934), 21.02. The p-value sums the tables of the same margins that are
/// no more likely than the one seen, as R's <c>fisher.test</c> and SciPy's <c>fisher_exact</c> do, with R's tolerance of 1e-7 for equal ones.
/// Their probabilities follow from one another, beginning with the likeliest: no factorial is needed.
/// </remarks>
public static class FisherExactTest
{
    private const double Tolerance = 1 + 1e-7;

    /// <summary>Beyond such a share of the likeliest, tables add nothing to a sum.</summary>
    private const double Nothing = 1e-300;

    /// <param name="hitsBefore">Of <paramref name="before"/>.</param>
    /// <param name="before">Above 0, as <paramref name="after"/>.</param>
    /// <param name="hitsAfter">Of <paramref name="after"/>.</param>
    /// <returns>0 to 1; below 1e-300 it may be 0.</returns>
    public static double PValue(long hitsBefore, long before, long hitsAfter, long after)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hitsBefore);
        ArgumentOutOfRangeException.ThrowIfNegative(hitsAfter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hitsBefore, before);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hitsAfter, after);
        var hits = hitsBefore + hitsAfter;
        var least = Math.Max(0, hits - after);
        var most = Math.Min(hits, before);
        var likeliest = Math.Clamp((long)((before + 1.0) * (hits + 1.0) / (before + after + 2.0)), least, most);

        // relative to the likeliest
        var seen = Weight(likeliest, hitsBefore);
        var (all, unlikely) = (1.0, 1.0 <= seen * Tolerance ? 1.0 : 0.0);
        var weight = 1.0;
        for (var table = likeliest; table < most && weight > Nothing; table++)
        {
            weight *= Up(table);
            all += weight;
            unlikely += weight <= seen * Tolerance ? weight : 0;
        }

        weight = 1.0;
        for (var table = likeliest; table > least && weight > Nothing; table--)
        {
            weight /= Up(table - 1);
            all += weight;
            unlikely += weight <= seen * Tolerance ? weight : 0;
        }

        return Math.Min(1, unlikely / all);

        // from so many hits before to one more
        double Up(long table) => (double)(before - table) * (hits - table) / ((table + 1.0) * (after - hits + table + 1.0));

        double Weight(long from, long to)
        {
            var result = 1.0;
            for (var table = from; table < to && result > 0; table++)
            {
                result *= Up(table);
            }

            for (var table = from; table > to && result > 0; table--)
            {
                result /= Up(table - 1);
            }

            return result;
        }
    }
}
