namespace CaBridge.Analysis.Statistics;

/// <summary>Where a quantile lies among sorted values: between two ranks, from 0. Linear interpolation, numpy's and pandas' default.</summary>
/// <param name="Fraction">Of the way from <paramref name="Lower"/> to <paramref name="Upper"/>, 0 to below 1.</param>
internal readonly record struct QuantileRank(long Lower, long Upper, double Fraction)
{
    public static QuantileRank Of(long count, double q)
    {
        var position = (count - 1) * q;
        var lower = Math.Min((long)position, count - 1);
        return new QuantileRank(lower, Math.Min(lower + 1, count - 1), position - lower);
    }

    /// <remarks>From the nearer end, as numpy does: the results are equal to the last bit.</remarks>
    public double Interpolate(double lower, double upper) =>
        Fraction < 0.5 ? lower + ((upper - lower) * Fraction) : upper - ((upper - lower) * (1 - Fraction));
}
