using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CsCheck;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class RecentRateTests
{
    private static readonly Gen<long> FirstSecond = Gen.OneOf(Gen.Const(0L), Gen.Const(3L), Gen.Const(1_795_414_490L));

    [Test]
    public void Nothing_counted_is_no_rate() => Assert.That(default(RecentRate).PerSecond(At(0)), Is.Zero);

    [Test]
    public void Counts_go_with_time()
    {
        var rate = default(RecentRate);
        rate.Add(At(0));
        rate.Add(At(5));
        Assert.That(rate.PerSecond(At(9)), Is.EqualTo(0.2));
        Assert.That(rate.PerSecond(At(10)), Is.EqualTo(0.1));
        Assert.That(rate.PerSecond(At(15)), Is.Zero);
    }

    /// <summary>As a list of all times would tell, in whatever order and with whatever pauses they come.</summary>
    [Test]
    public void Rate_is_that_of_the_last_ten_seconds() => Gen.Select(FirstSecond, Gen.Int[-15, 40].Array[1, 100], Gen.Int[0, 30]).Sample((first, steps, pause) =>
    {
        var rate = default(RecentRate);
        var (at, latest, counted) = (first, first, new List<long>());
        foreach (var step in steps)
        {
            at = Math.Max(first, at + (step / 4));
            rate.Add(At(at));
            counted.Add(at);
            latest = Math.Max(latest, at);
        }

        Assert.That(rate.PerSecond(At(latest + pause)), Is.EqualTo(counted.Count(second => second > latest + pause - 10) / 10.0));
    });

    private static CaptureTime At(long second) => new(second * CaptureDuration.NanosecondsPerSecond);
}
