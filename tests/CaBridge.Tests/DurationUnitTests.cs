using CaBridge.Analysis;
using CaBridge.Analysis.Text;
using CaBridge.Cli.Rendering;

namespace CaBridge.Tests;

[TestFixture]
public sealed class DurationUnitTests
{
    [TestCase(0, ExpectedResult = "0 ns")]
    [TestCase(999, ExpectedResult = "999 ns")]
    [TestCase(1_000, ExpectedResult = "1.000 µs")]
    [TestCase(14_851_000, ExpectedResult = "14.851 ms")]
    [TestCase(-14_851_000, ExpectedResult = "-14.851 ms")]
    [TestCase(60_000_000_000, ExpectedResult = "60.000 s")]
    public string Duration_has_the_largest_unit_that_leaves_a_whole_digit(double nanoseconds) => DurationUnit.Text(nanoseconds);

    [TestCase(14_851_000_000, ExpectedResult = "14.851 s")]
    [TestCase(307_900_000_000, ExpectedResult = "5 min 07 s")]
    [TestCase(11_107_000_000_000, ExpectedResult = "3 h 05 min 07 s")]
    [TestCase(31_536_000_009_000_000, ExpectedResult = "365 d 00 h 00 min")]
    public string Long_spans_are_told_as_clocks_do(long nanoseconds) => DurationUnit.Span(nanoseconds);

    [TestCase(1_795_414_647_957_190_000, ExpectedResult = "2026-11-23 06:17:27.957190")]
    [TestCase(1_795_414_647_957_190_001, ExpectedResult = "2026-11-23 06:17:27.957190001")]
    [TestCase(-1, ExpectedResult = "1969-12-31 23:59:59.999999999")]
    public string Instant_shows_nanoseconds_where_there_are_any(long unixNanoseconds) => InstantText.DateAndTime(new CaptureTime(unixNanoseconds));
}
