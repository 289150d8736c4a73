namespace CaBridge.Analysis.Statistics;

/// <summary>
/// The two-sided rank-sum test of Wilcoxon, and Mann and Whitney: whether of two samples one tends to have larger values. It asks for ranks only,
/// so the few long latencies that every capture has decide nothing.
/// </summary>
/// <remarks>
/// H. B. Mann, D. R. Whitney, "On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other", Annals of Mathematical
/// Statistics 18 (1947), 50–60. Small samples without ties have the exact distribution; others the normal one, with correction for ties and for
/// continuity (Lehmann, "Nonparametrics", 1975, 1.2 and 1.4), as R's <c>wilcox.test</c> and SciPy's <c>mannwhitneyu</c> have it.
/// </remarks>
/// <param name="U">Pairs of which the value of the second sample is the larger, and half of those that are equal.</param>
/// <param name="Pairs">All: the product of both sizes.</param>
/// <param name="PValue">0 to 1; 1 where all values are the same.</param>
/// <param name="IsExactDistribution">Whether the p-value is that of all orders, and not of the normal distribution.</param>
public readonly record struct RankSumTest(double U, double Pairs, double PValue, bool IsExactDistribution)
{
    private const double ContinuityCorrection = 0.5;

    /// <param name="before">At least one value, as <paramref name="after"/>.</param>
    public static RankSumTest Of(LatencySample before, LatencySample after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.Count == 0)
        {
            throw new ArgumentException("A sample without values has no ranks.", nameof(before));
        }

        if (after.Count == 0)
        {
            throw new ArgumentException("A sample without values has no ranks.", nameof(after));
        }


        var (doubledU, ties) = Rank(before, after);
        double first = before.Count;
        double second = after.Count;
        var pairs = first * second;
        var u = (double)doubledU / 2;
        return ties == 0 && pairs <= RankSumDistribution.MostPairs
            ? new RankSumTest(u, pairs, Exact((int)first, (int)second, u), IsExactDistribution: true)
            : new RankSumTest(u, pairs, Normal(first, second, u, ties), IsExactDistribution: false);
    }

    /// <summary>Twice U, which is whole, and the sum of t³ − t over all values that are there t times.</summary>
    private static (Int128 DoubledU, double Ties) Rank(LatencySample before, LatencySample after)
    {
        Int128 doubledU = 0;
        var ties = 0.0;
        var passed = 0L;
        var i = 0;
        var j = 0;
        while (i < before.Values.Length || j < after.Values.Length)
        {
            var value = i == before.Values.Length ? after.Values[j]
                : j == after.Values.Length ? before.Values[i]
                : Math.Min(before.Values[i], after.Values[j]);
            var here = i < before.Values.Length && before.Values[i] == value ? before.Counts[i++] : 0;
            var there = j < after.Values.Length && after.Values[j] == value ? after.Counts[j++] : 0;
            doubledU += (Int128)there * ((2 * passed) + here);
            passed += here;
            double tied = here + there;
            ties += (tied * tied * tied) - tied;
        }

        return (doubledU, ties);
    }

    private static double Exact(int first, int second, double u) =>
        Math.Min(1, 2 * RankSumDistribution.LowerTail(first, second, (int)Math.Min(u, ((double)first * second) - u)));

    private static double Normal(double first, double second, double u, double ties)
    {
        var all = first + second;
        var variance = first * second / 12 * (all + 1 - (ties / (all * (all - 1))));

        // all values are the same: but for rounding, nothing is left
        if (variance <= 0 || ties >= (all * all * all) - all)
        {
            return 1;
        }

        var distance = Math.Max(0, Math.Abs(u - (first * second / 2)) - ContinuityCorrection);
        return NormalDistribution.BothTails(distance / Math.Sqrt(variance));
    }
}
