using System.Numerics;

namespace CaBridge.Analysis.Statistics;

/// <summary>A sum of squares of integers: exact up to 2^128, a double from there on.</summary>
internal struct SquareSum
{
    private UInt128 _exact;
    private double _inexact;

    public void Add(long value)
    {
        var magnitude = (ulong)(value < 0 ? -value : value);
        Add(magnitude <= uint.MaxValue ? magnitude * magnitude : Math.BigMul(magnitude, magnitude));
    }

    /// <summary>Adds the squares that another sum is made of.</summary>
    public void Add(SquareSum other)
    {
        if (other._inexact == 0)
        {
            Add(other._exact);
        }
        else
        {
            _inexact = (_inexact == 0 ? (double)_exact : _inexact) + other._inexact;
        }
    }

    private void Add(UInt128 squares)
    {
        if (_inexact == 0)
        {
            var sum = _exact + squares;
            if (sum >= squares)
            {
                _exact = sum;
                return;
            }

            _inexact = (double)_exact;
        }

        _inexact += (double)squares;
    }

    /// <summary>Σ(x − mean)², of the <paramref name="count"/> values whose squares these are and whose sum is <paramref name="sum"/>.</summary>
    public readonly double AroundMean(long count, Int128 sum)
    {
        if (_inexact != 0)
        {
            var total = (double)sum;
            return Math.Max(0, _inexact - (total * total / count));
        }

        // n·Σx² − (Σx)² is a whole number; only its division by n is rounded
        var numerator = ((BigInteger)_exact * count) - BigInteger.Pow(sum, 2);
        return (double)numerator / count;
    }
}
