using System.Runtime.CompilerServices;

namespace CaBridge.Analysis.Statistics;

/// <summary>How often something happened in the last ten seconds of capture time; <c>default</c> is never. To be counted in place, as a field.</summary>
/// <remarks>A count for each of the last ten seconds: what happened before is forgotten as time goes on.</remarks>
public struct RecentRate
{
    private const int Seconds = 10;

    private Counts _counts;

    /// <summary>The second of the latest count, since 1970; its beginning, and its place among the counts, so that most counts divide nothing.</summary>
    private long _second;
    private long _secondUnixNanoseconds;
    private int _place;

    /// <summary>Counts one; of what is more than ten seconds before the latest nothing is kept.</summary>
    public void Add(CaptureTime at)
    {
        if ((ulong)(at.UnixNanoseconds - _secondUnixNanoseconds) < CaptureDuration.NanosecondsPerSecond)
        {
            _counts[_place]++;
        }
        else
        {
            AddToAnother(SecondOf(at));
        }
    }

    /// <summary>Per second, over the ten seconds that end with the second of <paramref name="now"/>.</summary>
    public readonly double PerSecond(CaptureTime now)
    {
        var sum = 0L;
        for (var second = Math.Max(_second, SecondOf(now)) - Seconds + 1; second <= _second; second++)
        {
            sum += _counts[PlaceOf(second)];
        }

        return sum / (double)Seconds;
    }

    private static long SecondOf(CaptureTime time) => time.UnixNanoseconds / CaptureDuration.NanosecondsPerSecond;

    private static int PlaceOf(long second) => (int)(((second % Seconds) + Seconds) % Seconds);

    private void AddToAnother(long second)
    {
        if (second > _second)
        {
            for (var passed = Math.Max(_second + 1, second - Seconds + 1); passed <= second; passed++)
            {
                _counts[PlaceOf(passed)] = 0;
            }

            (_second, _secondUnixNanoseconds, _place) = (second, second * CaptureDuration.NanosecondsPerSecond, PlaceOf(second));
        }

        if (second > _second - Seconds)
        {
            _counts[PlaceOf(second)]++;
        }
    }

    [InlineArray(Seconds)]
    private struct Counts
    {
        private uint _first;
    }
}
