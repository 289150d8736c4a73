using CaBridge.Analysis.Text;

namespace CaBridge.Cli.Report;

/// <summary>A logarithmic scale of durations.</summary>
/// <param name="Low">Nanoseconds at its beginning, above 0.</param>
/// <param name="High">Nanoseconds at its end, above <paramref name="Low"/>.</param>
internal readonly record struct LogScale(double Low, double High)
{
    /// <summary>Powers of ten above which ticks at each of them are enough.</summary>
    private const double FewDecades = 1.5;

    private const int MostTicks = 6;

    private static readonly double[] Steps = [1, 2, 5];

    /// <summary>From a power of ten to a power of ten.</summary>
    public static LogScale Around(double least, double most)
    {
        var low = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(least, 1))));
        var high = Math.Pow(10, Math.Ceiling(Math.Log10(Math.Max(most, 1))));
        return new LogScale(low, Math.Max(high, low * 10));
    }

    /// <summary>0 at the beginning, 1 at the end; what is beyond is put there.</summary>
    public double At(double nanoseconds) => Math.Clamp(Math.Log(Math.Max(nanoseconds, 1) / Low) / Math.Log(High / Low), 0, 1);

    /// <summary>Round values within, ascending, with the decades first to be kept.</summary>
    public IEnumerable<(double Nanoseconds, string Label)> Ticks()
    {
        var decades = Math.Log10(High / Low);
        var every = Math.Max(1, (int)Math.Ceiling(decades / MostTicks));
        for (var power = (int)Math.Floor(Math.Log10(Low)); power <= Math.Ceiling(Math.Log10(High)); power++)
        {
            foreach (var step in decades < FewDecades ? Steps : [1])
            {
                var value = step * Math.Pow(10, power);
                if (power % every == 0 && value >= Low * 0.999 && value <= High * 1.001)
                {
                    yield return (value, Label(value));
                }
            }
        }
    }

    private static string Label(double nanoseconds)
    {
        var unit = DurationUnit.For(nanoseconds * 1.0001);
        return $"{unit.Number(nanoseconds, 0)} {unit.Symbol}";
    }
}
