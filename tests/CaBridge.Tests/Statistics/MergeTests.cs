using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CsCheck;

namespace CaBridge.Tests.Statistics;

/// <summary>Parts that are merged tell what the whole would, bit for bit.</summary>
[TestFixture]
internal sealed class MergeTests
{
    private static readonly Gen<long> AnyLatency = Gen.OneOf(Gen.Long[0, 1000], Gen.Long[0, uint.MaxValue], Gen.Long[0, 60_000_000_000]);

    private static readonly Gen<Transaction> AnyTransaction = Gen.Select(
        Gen.Int[0, OperationNames.Count - 1],
        Gen.Int[-1, 8],
        AnyLatency,
        Gen.Byte[1, 4],
        Gen.Bool,
        (operation, pv, latency, host, answered) => answered
            ? SampleTransactions.Answered((Operation)operation, Pv(pv), latency, server: host, client: (byte)(host + 10))
            : SampleTransactions.Unanswered((Operation)operation, Pv(pv), Outcome.TimedOut, server: host));

    private static readonly string[] Names = [.. Enumerable.Range(0, 9).Select(index => $"pv{index}")];

    [Test]
    public void Distribution_of_parts_is_that_of_the_whole([Values(0, 10, 100_000)] int maxExact) =>
        AnyLatency.Array[0, 60].Array[1, 5].Sample(parts =>
        {
            var (whole, merged) = (new LatencyDistribution(maxExact), new LatencyDistribution(maxExact));
            foreach (var part in parts)
            {
                var distribution = new LatencyDistribution(maxExact);
                foreach (var latency in part)
                {
                    whole.Add(latency);
                    distribution.Add(latency);
                }

                merged.Merge(distribution);
            }

            Assert.That(merged.Count, Is.EqualTo(whole.Count));
            if (whole.Count > 0)
            {
                Assert.That(merged.Summary(), Is.EqualTo(whole.Summary()));
            }
        });

    [Test]
    public void Merging_leaves_the_other_as_it_was() => Gen.Select(AnyLatency.Array[1, 30], AnyLatency.Array[0, 30]).Sample((one, two) =>
    {
        var (into, other) = (new LatencyDistribution(20), new LatencyDistribution(20));
        Array.ForEach(one, other.Add);
        Array.ForEach(two, into.Add);
        var before = other.Summary();
        into.Merge(other);

        Assert.That(other.Summary(), Is.EqualTo(before));
    });

    [Test]
    public void Table_of_parts_is_that_of_the_whole([Values] LatencyGrouping grouping) => AnyTransaction.Array[0, 40].Array[1, 5].Sample(parts =>
    {
        var (whole, merged) = (new LatencyTable(grouping), new LatencyTable(grouping));
        foreach (var part in parts)
        {
            var table = new LatencyTable(grouping);
            foreach (var transaction in part)
            {
                whole.Add(in transaction);
                table.Add(in transaction);
            }

            merged.Merge(table);
        }

        Assert.That(merged.Rows(), Is.EqualTo(whole.Rows()));
        Assert.That((merged.GroupCount, merged.OtherCount), Is.EqualTo((whole.GroupCount, whole.OtherCount)));
    });

    /// <summary>Which groups find room depends on the order; how much there is does not, and what found none is counted.</summary>
    [Test]
    public void Bounded_table_counts_all([Values] LatencyGrouping grouping) => AnyTransaction.Array[0, 40].Array[1, 5].Sample(parts =>
    {
        var options = new LatencyTableOptions { MaxGroups = 5, MaxExactValues = 0, MaxExactValuesPerGroup = 0 };
        var merged = new LatencyTable(grouping, options);
        foreach (var part in parts)
        {
            var table = new LatencyTable(grouping, options);
            Array.ForEach(part, transaction => table.Add(in transaction));
            merged.Merge(table);
        }

        var rows = merged.Rows();
        Assert.That(rows.Sum(row => row.Summary.Count), Is.EqualTo(parts.Sum(part => part.Count(transaction => transaction.HasReply))));
        Assert.That(merged.GroupCount, Is.AtMost(5));
        Assert.That(
            merged.OtherCount,
            Is.EqualTo(rows.Where(row => string.Equals(row.Key, LatencyTable.OtherKey, StringComparison.Ordinal)).Sum(row => row.Summary.Count)));
    });

    [Test]
    public void Tables_of_other_groupings_are_not_merged() =>
        Assert.That(() => new LatencyTable(LatencyGrouping.Pv).Merge(new LatencyTable(LatencyGrouping.Server)), Throws.ArgumentException);

    [Test]
    public void Statistics_of_parts_are_those_of_the_whole() => AnyTransaction.Array[0, 40].Array[1, 5].Sample(parts =>
    {
        var (whole, merged) = (Of([.. parts.SelectMany(part => part)]), Of([]));
        foreach (var part in parts)
        {
            merged.Merge(Of(part));
        }

        Assert.That(merged.Latency.Rows(), Is.EqualTo(whole.Latency.Rows()));
        Assert.That(merged.SlowestPvs.Top(1000), Is.EqualTo(whole.SlowestPvs.Top(1000)));
        Assert.That(merged.SlowestPvs.Top(3), Is.EqualTo(whole.SlowestPvs.Top(3)));
        Assert.That(merged.Unanswered.Kept, Is.EqualTo(whole.Unanswered.Kept));
        Assert.That(merged.Unanswered.Counts(), Is.EqualTo(whole.Unanswered.Counts()));
        Assert.That(merged.Failures.Counts().Select(Told), Is.EqualTo(whole.Failures.Counts().Select(Told)));
        Assert.That(merged.Served.Without(Names), Is.EqualTo(whole.Served.Without(Names)));

        static TransactionStatistics Of(Transaction[] transactions)
        {
            var statistics = new TransactionStatistics(LatencyGrouping.Server);
            foreach (var transaction in transactions)
            {
                statistics.Add(transaction.HasReply && transaction.Latency?.Nanoseconds % 3 == 0 ? transaction with { Outcome = Outcome.Failed } : transaction);
            }

            return statistics;
        }

        static string Told(FailureCount count) => $"{count with { Pvs = [] }} {string.Join(' ', count.Pvs)}";
    });

    private static PvName? Pv(int index) => index < 0 ? null : new PvName($"pv{index}", index);
}
