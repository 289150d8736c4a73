namespace CaBridge.Analysis.Statistics;

/// <summary>
/// By how much the second of two samples is shifted: the median of the differences of all pairs. Unlike the difference of medians it does not
/// jump where a sample has two heaps.
/// </summary>
/// <remarks>
/// J. L. Hodges, E. L. Lehmann, "Estimates of Location Based on Rank Tests", Annals of Mathematical Statistics 34 (1963), 598–611. Found by
/// halving the range of differences and counting the pairs below, so that no pair is made.
/// </remarks>
public static class HodgesLehmannShift
{
    /// <param name="before">At least one value, as <paramref name="after"/>.</param>
    /// <returns>Nanoseconds; above 0 where <paramref name="after"/> is slower.</returns>
    public static double Of(LatencySample before, LatencySample after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.Count == 0)
        {
            throw new ArgumentException("A sample without values has no pairs.", nameof(before));
        }

        if (after.Count == 0)
        {
            throw new ArgumentException("A sample without values has no pairs.", nameof(after));
        }


        var pairs = (Int128)before.Count * after.Count;
        var lower = Difference(before, after, (pairs + 1) / 2);
        return Int128.IsOddInteger(pairs) ? lower : (lower + Difference(before, after, (pairs / 2) + 1)) / 2.0;
    }

    /// <summary>The difference of the given rank, counted from 1.</summary>
    private static long Difference(LatencySample before, LatencySample after, Int128 rank)
    {
        var least = after.Values[0] - before.Values[^1];
        var most = after.Values[^1] - before.Values[0];
        while (least < most)
        {
            var middle = least + ((most - least) >> 1);
            if (PairsUpTo(before, after, middle) >= rank)
            {
                most = middle;
            }
            else
            {
                least = middle + 1;
            }
        }

        return least;
    }

    /// <summary>Pairs whose difference is at most so many nanoseconds.</summary>
    private static Int128 PairsUpTo(LatencySample before, LatencySample after, long difference)
    {
        Int128 pairs = 0;
        var remaining = before.Count;
        var i = 0;
        for (var j = 0; j < after.Values.Length && remaining > 0; j++)
        {
            while (i < before.Values.Length && after.Values[j] - before.Values[i] > difference)
            {
                remaining -= before.Counts[i++];
            }

            pairs += (Int128)after.Counts[j] * remaining;
        }

        return pairs;
    }
}
