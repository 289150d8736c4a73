using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using static CaBridge.Tests.Statistics.SampleTransactions;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class LatencyTableTests
{
    private static readonly PvName Ao1 = new("l1:ao1", 0);
    private static readonly PvName Ao0 = new("l1:ao0", 1);

    [TestCase(LatencyGrouping.Server, "create 10.44.0.21 3", "create 10.44.0.22 1", "get 10.44.0.21 1")]
    [TestCase(LatencyGrouping.Client, "create 10.44.0.11 2", "create 10.44.0.12 2", "get 10.44.0.11 1")]
    [TestCase(LatencyGrouping.Pv, "create l1:ao0 1", "create l1:ao1 3", "get l1:ao0 1")]
    [TestCase(LatencyGrouping.Circuit, "create 10.44.0.11:54668 → 10.44.0.21:5064 2", "create 10.44.0.12:54668 → 10.44.0.21:5064 1",
        "create 10.44.0.12:54668 → 10.44.0.22:5064 1", "get 10.44.0.11:54668 → 10.44.0.21:5064 1")]
    public void Rows_are_by_operation_and_group(LatencyGrouping grouping, params string[] rows)
    {
        var table = new LatencyTable(grouping);
        table.Add(Answered(Operation.Get, Ao0, 5));
        table.Add(Answered(Operation.Create, Ao1, 1, server: 22, client: 12));
        table.Add(Answered(Operation.Create, Ao1, 2));
        table.Add(Answered(Operation.Create, Ao1, 3, client: 12));
        table.Add(Answered(Operation.Create, Ao0, 4));

        Assert.That(table.Rows().Select(row => $"{row.Operation.Name()} {row.Key} {row.Summary.Count}"), Is.EqualTo(rows));
    }

    [Test]
    public void Failed_counts_and_what_has_no_reply_does_not()
    {
        var table = new LatencyTable(LatencyGrouping.Server);
        table.Add(Answered(Operation.Put, Ao0, 7) with { Outcome = Outcome.Failed, Status = 376 });
        table.Add(Unanswered(Operation.Put, Ao0, Outcome.TimedOut));
        table.Add(Unanswered(Operation.Put, Ao0, Outcome.NoRequest));

        Assert.That(table.Rows().Single().Summary.Count, Is.EqualTo(1));
    }

    [Test]
    public void Operations_without_a_PV_have_a_group_without_a_name()
    {
        var table = new LatencyTable(LatencyGrouping.Pv);
        table.Add(Answered(Operation.Echo, pv: null, 7));

        Assert.That(table.Rows().Single().Key, Is.Null);
    }

    [TestCase(LatencyGrouping.Pv)]
    [TestCase(LatencyGrouping.Server)]
    public void Groups_beyond_the_bound_become_one_other(LatencyGrouping grouping)
    {
        var table = new LatencyTable(grouping, new LatencyTableOptions { MaxGroups = 2 });
        for (byte i = 0; i < 5; i++)
        {
            table.Add(Answered(Operation.Get, new PvName($"pv{i}", i), i, server: i));
            table.Add(Answered(Operation.Get, new PvName($"pv{i}", i), i, server: i));
        }

        Assert.That(table.Rows().Select(row => (row.Key is LatencyTable.OtherKey, row.Summary.Count)), Is.EqualTo(new[] { (false, 2), (false, 2), (true, 6) }));
        Assert.That(table.OtherCount, Is.EqualTo(6));
    }

    [Test]
    public void Names_that_the_name_table_had_no_room_for_are_other()
    {
        var table = new LatencyTable(LatencyGrouping.Pv);
        table.Add(Answered(Operation.Get, new PvName("late", -1), 7));

        Assert.That(table.Rows().Single().Key, Is.EqualTo(LatencyTable.OtherKey));
    }

    [TestCase(LatencyGrouping.Pv)]
    [TestCase(LatencyGrouping.Server)]
    [TestCase(LatencyGrouping.Circuit)]
    public void Known_groups_beyond_their_exact_values_allocate_nothing(LatencyGrouping grouping)
    {
        var table = new LatencyTable(grouping, new LatencyTableOptions { MaxExactValuesPerGroup = 4 });
        var transactions = new[] { Answered(Operation.Get, Ao0, 5_000), Answered(Operation.Create, Ao1, 5_000, server: 22) };
        AddAll(100);
        var before = GC.GetAllocatedBytesForCurrentThread();

        AddAll(10_000);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void AddAll(int times)
        {
            for (var i = 0; i < times; i++)
            {
                table.Add(in transactions[i % 2]);
            }
        }
    }
}
