using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Tests.ChannelAccess;

internal sealed class PvGlobTests
{
    [TestCase("m:ao", "m:ao", true)]
    [TestCase("m:ao", "m:aO", false)]
    [TestCase("m:ao", "m:ao2", false)]
    [TestCase("m:*", "m:", true)]
    [TestCase("*:ao", "a:b:ao", true)]
    [TestCase("*", "", true)]
    [TestCase("", "", true)]
    [TestCase("", "a", false)]
    [TestCase("a**b", "axxb", true)]
    [TestCase("a*b*c", "abxbc", true)]
    [TestCase("a*b*c", "abxbd", false)]
    [TestCase("m:a?", "m:ao", true)]
    [TestCase("m:a?", "m:a", false)]
    [TestCase("w[13]", "w3", true)]
    [TestCase("w[13]", "w2", false)]
    [TestCase("w[0-9]x", "w7x", true)]
    [TestCase("w[0-9]x", "wax", false)]
    [TestCase("w[!0-9]", "wa", true)]
    [TestCase("w[!0-9]", "w1", false)]
    [TestCase("w[]]", "w]", true)]
    [TestCase("w[a-]", "w-", true)]
    [TestCase("w[ab", "w[ab", true)]
    [TestCase("w[ab", "wa", false)]
    [TestCase("[", "[", true)]
    [TestCase("[!", "[!", true)]
    [TestCase("*[12]", "m:w1x2", true)]
    public void Pattern_takes_the_whole_name(string pattern, string name, bool expected) =>
        Assert.That(PvGlob.Parse(pattern).IsMatch(name), Is.EqualTo(expected));

    [Test]
    public void Matching_allocates_nothing()
    {
        var glob = PvGlob.Parse("*:[a-c]?*z");
        var matched = glob.IsMatch("m:abz");

        var before = GC.GetAllocatedBytesForCurrentThread();
        matched &= glob.IsMatch("mm:cxyzz");
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That((matched, allocated), Is.EqualTo((true, 0L)));
    }
}
