using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Server.Live;
using CaBridge.Tests.Statistics;
using CsCheck;

namespace CaBridge.Tests.Server;

[TestFixture]
internal sealed class RollingWindowsTests
{
    /// <summary>A full minute.</summary>
    private static readonly CaptureTime Start = new(1_800_000_000_000_000_000);

    private static readonly CaptureTime Always = new(long.MaxValue);

    [Test]
    public void Range_is_rounded_out_to_buckets_of_ten_seconds()
    {
        var windows = new RollingWindows(100, 1000, TimeProvider.System);
        foreach (var second in (int[])[0, 5, 10, 19, 20, 35])
        {
            Add(windows, second);
        }

        Assert.That(Count(windows, At(12), At(20)), Is.EqualTo(2));
        Assert.That(Count(windows, At(12), At(20.1)), Is.EqualTo(3));
        Assert.That(Count(windows, At(20), Always), Is.EqualTo(2));
        Assert.That(windows.Within(At(12), At(20)).Select(bucket => (bucket.Start, bucket.End)), Is.EqualTo([(At(10), At(20))]));
    }

    [Test]
    public void Hour_old_buckets_become_minutes_and_days_old_go()
    {
        var windows = new RollingWindows(100, 1_000_000, TimeProvider.System);
        const int Hours = 30;
        for (var minute = 0; minute < Hours * 60; minute++)
        {
            Add(windows, minute * 60);
            Add(windows, (minute * 60) + 30);
        }

        var buckets = windows.Within(new CaptureTime(long.MinValue), Always).ToList();
        Assert.That(buckets.Select(bucket => bucket.Start), Is.Ordered);
        Assert.That(buckets.Select(bucket => (bucket.End - bucket.Start).TotalSeconds).Distinct(), Is.EqualTo((double[])[60, 10]));
        Assert.That((At(Hours * 3600) - buckets[0].Start).TotalSeconds, Is.EqualTo(86_400).Within(3700));
        Assert.That(Count(windows, At((Hours - 1) * 3600), Always), Is.EqualTo(120));
        Assert.That(windows.TooLate, Is.Zero);
    }

    [Test]
    public void What_ended_long_before_is_counted_as_too_late()
    {
        var windows = new RollingWindows(100, 1000, TimeProvider.System);
        Add(windows, 10_000);
        Add(windows, 10_000 - 3500);
        Add(windows, 10_000 - 3700);

        Assert.That((Count(windows, new CaptureTime(long.MinValue), Always), windows.TooLate), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public void Groups_are_bounded()
    {
        var windows = new RollingWindows(maxGroupsPerBucket: 20, maxGroups: 200, TimeProvider.System);
        for (var second = 0; second < 3000; second++)
        {
            Add(windows, second, new PvName($"pv{second}", second));
        }

        var buckets = windows.Within(new CaptureTime(long.MinValue), Always).ToList();
        Assert.That(buckets.Sum(bucket => bucket.GroupCount), Is.AtMost(200 + (20 * 4)));
        Assert.That(buckets[^1].End, Is.EqualTo(At(3000)));
    }

    /// <summary>A sensor that lags behind, while groups are so many that buckets are merged: what it brings has its place in a minute.</summary>
    [Test]
    public void Late_ones_are_counted_where_buckets_have_been_merged()
    {
        var windows = new RollingWindows(maxGroupsPerBucket: 20, maxGroups: 200, TimeProvider.System);
        for (var second = 0; second < 600; second++)
        {
            Add(windows, second, new PvName($"pv{second}", second));
            Add(windows, 300);
        }

        Assert.That(Count(windows, At(300), At(360)), Is.EqualTo(660));
        Assert.That(windows.TooLate, Is.Zero);
    }

    /// <summary>Whichever came first: the others' operations are there, and the latest of them is the present.</summary>
    [Test]
    public void Sensor_whose_clock_is_ahead_hides_nobody([Values] bool comesFirst)
    {
        const int Year = 365 * 24 * 3600;
        var windows = new RollingWindows(100, 1000, new StoppedClock(At(20)));
        foreach (var second in comesFirst ? (int[])[Year, 0, 10, Year + 10, 20] : [0, Year, 10, Year + 10, 20])
        {
            Add(windows, second);
        }

        Assert.That(Count(windows, At(0), At(60)), Is.EqualTo(3));
        Assert.That((windows.Latest, windows.TooLate, windows.TooEarly), Is.EqualTo(((CaptureTime?)At(20), 0L, comesFirst ? 1L : 2L)));
    }

    /// <summary>Nothing is lost and nothing doubled within an hour, in whatever order it comes.</summary>
    [Test]
    public void All_that_came_within_an_hour_is_there() => Gen.Int[0, 3000].Array[1, 200].Sample(seconds =>
    {
        var windows = new RollingWindows(100, 100_000, TimeProvider.System);
        foreach (var second in seconds)
        {
            Add(windows, second);
        }

        Assert.That(Count(windows, new CaptureTime(long.MinValue), Always), Is.EqualTo(seconds.Length));
        Assert.That(windows.Latest, Is.EqualTo(At(seconds.Max())));
        var middle = At(1500);
        Assert.That(Count(windows, new CaptureTime(long.MinValue), middle) + Count(windows, middle, Always), Is.EqualTo(seconds.Length));
    });

    private static CaptureTime At(double seconds) => Start + CaptureDuration.FromSeconds(seconds);

    private static void Add(RollingWindows windows, double at, PvName? pv = null)
    {
        var transaction = SampleTransactions.Answered(Operation.Get, pv, 0) with { RequestedAt = At(at) };
        windows.Add(0, in transaction, transaction.CountedAt());
    }

    private static long Count(RollingWindows windows, CaptureTime from, CaptureTime to) =>
        windows.Within(from, to).Sum(bucket => bucket[LatencyGrouping.Server].Rows().Sum(row => row.Summary.Count));

    private sealed class StoppedClock(CaptureTime now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(now.UnixNanoseconds / TimeSpan.NanosecondsPerTick);
    }
}
