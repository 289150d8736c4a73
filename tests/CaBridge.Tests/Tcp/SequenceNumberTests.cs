using CaBridge.Analysis.Tcp;
using CsCheck;

namespace CaBridge.Tests.Tcp;

[TestFixture]
public sealed class SequenceNumberTests
{
    [TestCase(0u, 0u, 0)]
    [TestCase(5u, 2u, 3)]
    [TestCase(2u, 5u, -3)]
    [TestCase(1u, uint.MaxValue, 2)]
    [TestCase(uint.MaxValue, 1u, -2)]
    [TestCase(0x7FFF_FFFFu, 0u, int.MaxValue)]
    [TestCase(0x8000_0001u, 0u, -int.MaxValue)]
    public void Difference_is_the_shorter_way_round(uint later, uint earlier, int bytes) =>
        Assert.That(new SequenceNumber(later) - new SequenceNumber(earlier), Is.EqualTo(bytes));

    [Test]
    public void Order_and_sum_agree_across_the_wrap() => Gen.UInt.Select(Gen.Int[1, int.MaxValue]).Sample((first, bytes) =>
    {
        var number = new SequenceNumber(first);
        var later = number + bytes;
        return later - number == bytes && number < later && later > number && !(later < number) && later != number;
    });
}
