namespace CaBridge.Analysis.Statistics;

/// <summary>The standard normal distribution's tails.</summary>
/// <remarks>
/// The complementary error function by W. J. Cody, "Rational Chebyshev Approximations for the Error Function", Mathematics of Computation 23
/// (1969), 631–637, with the coefficients and the splitting of exp(−y²) of his CALERF (Netlib, specfun). Its relative error is below 1e-15 up
/// to z = 37; where the result is below 1e-300, zero may come.
/// </remarks>
public static class NormalDistribution
{
    /// <summary>1/√π.</summary>
    private const double InverseRootOfPi = 5.6418958354775628695e-1;

    private const double SmallBelow = 0.46875;
    private const double LargeAbove = 4;
    private const double Sixteenths = 16;

    private static readonly double[] SmallNumerator =
        [3.16112374387056560e00, 1.13864154151050156e02, 3.77485237685302021e02, 3.20937758913846947e03, 1.85777706184603153e-1];

    private static readonly double[] SmallDenominator =
        [2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03, 2.84423683343917062e03];

    private static readonly double[] MiddleNumerator =
    [
        5.64188496988670089e-1, 8.88314979438837594e00, 6.61191906371416295e01, 2.98635138197400131e02, 8.81952221241769090e02,
        1.71204761263407058e03, 2.05107837782607147e03, 1.23033935479799725e03, 2.15311535474403846e-8,
    ];

    private static readonly double[] MiddleDenominator =
    [
        1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02, 1.62138957456669019e03, 3.29079923573345963e03,
        4.36261909014324716e03, 3.43936767414372164e03, 1.23033935480374942e03,
    ];

    private static readonly double[] LargeNumerator =
    [
        3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4,
        1.63153871373020978e-2,
    ];

    private static readonly double[] LargeDenominator =
        [2.56852019228982242e00, 1.87295284992346725e00, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3];

    /// <summary>The probability of a value as far from zero as <paramref name="z"/>, or farther, on either side.</summary>
    public static double BothTails(double z) => ComplementaryError(Math.Abs(z) / Math.Sqrt(2));

    /// <param name="y">Not negative.</param>
    private static double ComplementaryError(double y) => y switch
    {
        <= SmallBelow => 1 - (y * Ratio(y * y, SmallNumerator, SmallDenominator)),
        <= LargeAbove => ExpOfMinusSquare(y) * Ratio(y, MiddleNumerator, MiddleDenominator),
        _ => ExpOfMinusSquare(y) * (InverseRootOfPi - (Ratio(1 / (y * y), LargeNumerator, LargeDenominator) / (y * y))) / y,
    };

    /// <summary>
    /// Of two polynomials: the numerator's last coefficient is that of the highest power, the others come in descending order; the denominator
    /// begins with 1.
    /// </summary>
    private static double Ratio(double x, double[] numerator, double[] denominator)
    {
        var above = numerator[^1] * x;
        var below = x;
        for (var i = 0; i < denominator.Length - 1; i++)
        {
            above = (above + numerator[i]) * x;
            below = (below + denominator[i]) * x;
        }

        return (above + numerator[^2]) / (below + denominator[^1]);
    }

    /// <summary>In two factors: the first one's exponent is exact, so that the result keeps its digits.</summary>
    private static double ExpOfMinusSquare(double y)
    {
        var whole = Math.Truncate(y * Sixteenths) / Sixteenths;
        return Math.Exp(-whole * whole) * Math.Exp(-(y - whole) * (y + whole));
    }
}
