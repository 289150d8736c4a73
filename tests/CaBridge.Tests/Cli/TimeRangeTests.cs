using CaBridge.Analysis;
using CaBridge.Cli;

namespace CaBridge.Tests.Cli;

internal sealed class TimeRangeTests
{
    private static readonly CaptureTime Start = new(1_795_344_197_000_000_000);

    [TestCase("1795344197.123456789", 1_795_344_197_123_456_789)]
    [TestCase("1795344197", 1_795_344_197_000_000_000)]
    [TestCase("+1.5", 1_795_344_198_500_000_000)]
    [TestCase("+0.000000001", 1_795_344_197_000_000_001)]
    [TestCase("2026-11-22T10:43:17.123456789Z", 1_795_344_197_123_456_789)]
    [TestCase("2026-11-22T10:43:17Z", 1_795_344_197_000_000_000)]
    [TestCase("2026-11-22T10:43:17", 1_795_344_197_000_000_000)]
    [TestCase("2026-11-22 10:43:17.5", 1_795_344_197_500_000_000)]
    [TestCase("2026-11-22T11:43:17.25+01:00", 1_795_344_197_250_000_000)]
    [TestCase("2026-11-22T10:43", 1_795_344_180_000_000_000)]
    [TestCase("2026-11-22", 1_795_305_600_000_000_000)]
    public void Every_way_to_tell_a_time_is_exact(string text, long unixNanoseconds)
    {
        var parsed = TimeRange.TryParse(text, to: null, out var range, out _);

        Assert.That(parsed, Is.True);
        Assert.That(range.Contains(new CaptureTime(unixNanoseconds), Start), Is.True);
        Assert.That(range.Contains(new CaptureTime(unixNanoseconds - 1), Start), Is.False);
    }

    [Test]
    public void End_is_excluded()
    {
        var parsed = TimeRange.TryParse("+1", "+2", out var range, out _);
        var end = Start + CaptureDuration.FromSeconds(2);

        Assert.That(parsed, Is.True);
        Assert.That(range.Contains(end, Start), Is.False);
        Assert.That(range.Contains(new CaptureTime(end.UnixNanoseconds - 1), Start), Is.True);
    }

    [Test]
    public void Default_contains_everything() =>
        Assert.That(default(TimeRange).Contains(new CaptureTime(long.MinValue), Start), Is.True);

    [TestCase("+2", "+2")]
    [TestCase("+2", "+1.5")]
    [TestCase("2026-11-22", "1795305600")]
    public void An_end_before_the_beginning_is_refused(string from, string to)
    {
        var parsed = TimeRange.TryParse(from, to, out _, out var error);

        Assert.That((parsed, error), Is.EqualTo((false, $"--from must be before --to, but '{from}' is not before '{to}'.")));
    }

    [Test]
    public void Ends_of_different_kinds_are_compared_only_with_frames() =>
        Assert.That(TimeRange.TryParse("2026-11-22", "+1", out _, out _), Is.True);

    [TestCase("")]
    [TestCase("+")]
    [TestCase("+-1")]
    [TestCase("-1")]
    [TestCase("yesterday")]
    [TestCase("1e9")]
    [TestCase("+2026-11-22")]
    [TestCase("2026-13-01")]
    [TestCase("99999999999999999999")]
    [TestCase("9999-01-01")]
    public void Nonsense_is_refused_with_the_option_named(string text)
    {
        var parsed = TimeRange.TryParse(from: null, text, out _, out var error);

        Assert.That(parsed, Is.False);
        Assert.That(error, Does.StartWith("--to needs").And.EndWith($"not '{text}'."));
    }
}
