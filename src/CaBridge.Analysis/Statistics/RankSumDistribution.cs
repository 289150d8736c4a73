namespace CaBridge.Analysis.Statistics;

/// <summary>How likely each U of the rank-sum test is where both samples come from the same distribution, without ties.</summary>
/// <remarks>
/// The number of orders with a given U is a coefficient of the Gaussian binomial, the product of (1 − q^(m+i)) / (1 − q^i) for i = 1…n
/// (Andrews, "The Theory of Partitions", 1976, theorem 3.1). All of its numbers fit 64 bits up to <see cref="MostPairs"/>.
/// </remarks>
internal static class RankSumDistribution
{
    /// <summary>The product of both sizes up to which the number of orders, C(63, 31) at most, and the time are small.</summary>
    public const long MostPairs = 1000;

    /// <summary>The probability of <paramref name="u"/> or less; by symmetry, that of n·m − u or more.</summary>
    /// <param name="first">One sample's size.</param>
    /// <param name="second">The other's; their product at most <see cref="MostPairs"/>.</param>
    /// <param name="u">At most half the product.</param>
    public static double LowerTail(int first, int second, int u)
    {
        var (fewer, more) = first < second ? (first, second) : (second, first);
        var orders = new long[u + 1];
        orders[0] = 1;
        for (var i = 1; i <= fewer; i++)
        {
            for (var at = u; at >= more + i; at--)
            {
                orders[at] -= orders[at - more - i];
            }

            for (var at = i; at <= u; at++)
            {
                orders[at] += orders[at - i];
            }
        }

        return orders.Sum() / Binomial(fewer + more, fewer);
    }

    private static double Binomial(int n, int k)
    {
        var result = 1.0;
        for (var i = 1; i <= k; i++)
        {
            result *= (n - k + i) / (double)i;
        }

        return result;
    }
}
