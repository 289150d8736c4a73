using CaBridge.Analysis.Statistics;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class NormalDistributionTests
{
    /// <summary>The usual quantiles of tables, and <c>math.erfc(z / math.sqrt(2))</c> of CPython, which is the C library's.</summary>
    [TestCase(0, 1)]
    [TestCase(0.5, 0.6170750774519738)]
    [TestCase(1, 0.31731050786291415)]
    [TestCase(1.959963984540054, 0.05)]
    [TestCase(-1.959963984540054, 0.05)]
    [TestCase(3, 0.0026997960632601913)]
    [TestCase(6, 1.9731752900754024e-09)]
    [TestCase(10, 1.5239706048321186e-23)]
    [TestCase(37, 1.1451142445050278e-299)]
    public void Tails_are_those_of_tables(double z, double expected) => Assert.That(NormalDistribution.BothTails(z), Is.EqualTo(expected).Within(5e-14 * expected));

    [Test]
    public void Tails_fall_everywhere()
    {
        double[] tails = [.. Enumerable.Range(0, 37_000).Select(z => NormalDistribution.BothTails(z / 1000.0))];

        Assert.That(tails, Is.Ordered.Descending);
        Assert.That(tails.Distinct().Count(), Is.EqualTo(tails.Length));
    }
}
