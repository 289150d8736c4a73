namespace CaBridge.Analysis.Statistics;

/// <summary>
/// Adjusts the p-values of many tests, of which some are small by chance alone: what is called by an adjusted value below 0.01 is wrong in one
/// case of a hundred, on average.
/// </summary>
/// <remarks>
/// Y. Benjamini, Y. Hochberg, "Controlling the False Discovery Rate: A Practical and Powerful Approach to Multiple Testing", Journal of the Royal
/// Statistical Society B 57 (1995), 289–300. It holds also where tests depend on each other positively, as a server's and its PVs' do
/// (Benjamini, Yekutieli, 2001).
/// </remarks>
public static class FalseDiscoveryRate
{
    /// <returns>Of each p-value, in the same order; never smaller than it.</returns>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        int[] order = [.. Enumerable.Range(0, pValues.Count).OrderByDescending(test => pValues[test])];
        var adjusted = new double[pValues.Count];
        var least = 1.0;
        foreach (var (place, test) in order.Index())
        {
            var rank = order.Length - place;
            least = Math.Min(least, pValues[test] * (order.Length / (double)rank));
            adjusted[test] = least;
        }

        return adjusted;
    }
}
