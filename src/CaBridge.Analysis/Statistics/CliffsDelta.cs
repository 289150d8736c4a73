namespace CaBridge.Analysis.Statistics;

/// <summary>How much two samples differ, in words.</summary>
public enum EffectSize : byte
{
    Negligible = 0,
    Small = 1,
    Medium = 2,
    Large = 3,
}

/// <summary>
/// The share of pairs of which the second sample's value is the larger, less that of which it is the smaller: from −1 to 1, and 0 where neither
/// tends to be. It says how much two samples differ, whatever their sizes; a p-value does not.
/// </summary>
/// <remarks>
/// N. Cliff, "Dominance statistics: Ordinal analyses to answer ordinal questions", Psychological Bulletin 114 (1993), 494–509; the bounds of the
/// words are those of Romano, Kromrey, Coraggio and Skowronek, "Appropriate statistics for ordinal level data", Florida Association of
/// Institutional Research (2006).
/// </remarks>
public readonly record struct CliffsDelta(double Value)
{
    public const double SmallFrom = 0.147;
    public const double MediumFrom = 0.33;
    public const double LargeFrom = 0.474;

    public EffectSize Size => Math.Abs(Value) switch
    {
        < SmallFrom => EffectSize.Negligible,
        < MediumFrom => EffectSize.Small,
        < LargeFrom => EffectSize.Medium,
        _ => EffectSize.Large,
    };

    /// <summary>2·U / pairs − 1, so that swapped samples have the same number, negated.</summary>
    public static CliffsDelta Of(RankSumTest test) => new(((2 * test.U) - test.Pairs) / test.Pairs);
}
