using CaBridge.Analysis.Transactions;
using CaBridge.Server.Live;
using CaBridge.Tests.Statistics;
using CsCheck;

namespace CaBridge.Tests.Server;

[TestFixture]
internal sealed class TransactionRingTests
{
    [Test]
    public void Keeps_the_last_ones_by_their_numbers() => Gen.Select(Gen.Int[1, 9000], Gen.Int[0, 20_000]).Sample(
        (capacity, count) =>
        {
            var ring = new TransactionRing(capacity);
            for (var number = 0; number < count; number++)
            {
                var transaction = SampleTransactions.Answered(Operation.Get, pv: null, number);
                ring.Add(number % 7, in transaction);
            }

            Assert.That((ring.Start, ring.End), Is.EqualTo((Math.Max(0, count - capacity), count)));
            for (var number = ring.Start; number < ring.End; number++)
            {
                Assert.That((ring[number].Sensor, ring[number].Transaction.Latency?.Nanoseconds), Is.EqualTo((number % 7, number)));
            }
        },
        iter: 20);
}
