using CaBridge.Cli.Report;

namespace CaBridge.Tests.Cli.Report;

[TestFixture]
internal sealed class LogScaleTests
{
    [TestCase(300, 40_000_000, ExpectedResult = "100 ns, 1 µs, 10 µs, 100 µs, 1 ms, 10 ms, 100 ms")]
    [TestCase(3_000_000, 4_000_000, ExpectedResult = "1 ms, 2 ms, 5 ms, 10 ms")]
    [TestCase(0, 0, ExpectedResult = "1 ns, 2 ns, 5 ns, 10 ns")]
    [TestCase(1_000, 1_000, ExpectedResult = "1 µs, 2 µs, 5 µs, 10 µs")]
    [TestCase(1, 1e18, ExpectedResult = "1 ns, 1 µs, 1 ms, 1 s, 1000 s, 1000000 s, 1000000000 s")]
    public string Ticks_are_round(double least, double most) => string.Join(", ", LogScale.Around(least, most).Ticks().Select(tick => tick.Label));

    [Test]
    public void Parts_are_even_in_powers_of_ten()
    {
        var scale = LogScale.Around(1_000, 1_000_000);

        Assert.That(new[] { 0, 1_000, 10_000, 1_000_000, 5e9 }.Select(value => Math.Round(scale.At(value), 3)), Is.EqualTo(new[] { 0, 0, 0.333, 1, 1 }));
    }
}
