using CaBridge.Analysis.Transactions;
using CaBridge.Cli;
using static CaBridge.Tests.Statistics.SampleTransactions;

namespace CaBridge.Tests.Cli;

[TestFixture]
public sealed class TransactionRelayTests
{
    /// <summary>More than all batches have room for.</summary>
    private const int Many = 50_000;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4096)]
    [TestCase(Many)]
    public void All_come_in_their_order_on_another_thread(int count)
    {
        var taken = new List<long>();
        var threads = new HashSet<int>();
        using (var relay = new TransactionRelay((in Transaction transaction) =>
        {
            taken.Add(transaction.Latency!.Value.Nanoseconds);
            threads.Add(Environment.CurrentManagedThreadId);
        }))
        {
            Add(relay, count);
            relay.Complete();
        }

        Assert.That(taken, Is.EqualTo(Enumerable.Range(0, count).Select(at => (long)at)));
        Assert.That(threads, Does.Not.Contain(Environment.CurrentManagedThreadId));
    }

    [Test]
    public void Who_adds_waits_where_the_handler_falls_behind()
    {
        using var mayGoOn = new ManualResetEventSlim();
        var added = 0;
        using var relay = new TransactionRelay((in Transaction _) => mayGoOn.Wait());
        var adding = Task.Factory.StartNew(
            () =>
            {
                for (var at = 0; at < Many; at++)
                {
                    relay.Add(Answered(Operation.Get, pv: null, at));
                    Volatile.Write(ref added, at + 1);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        Assert.That(() => Volatile.Read(ref added), Is.EqualTo(3 * 4096 - 1).After(10_000, 5), "one is in the call that waits");
        Assert.That(adding.IsCompleted, Is.False);
        mayGoOn.Set();
        adding.GetAwaiter().GetResult();
        relay.Complete();
    }

    [Test]
    public void What_the_handler_throws_is_thrown_at_the_end_and_nobody_hangs()
    {
        var taken = 0;
        using var relay = new TransactionRelay((in Transaction _) =>
        {
            taken++;
            throw new InvalidOperationException("broken");
        });
        Add(relay, Many);

        Assert.That(relay.Complete, Throws.InvalidOperationException.With.Message.EqualTo("broken"));
        Assert.That(taken, Is.EqualTo(1));
    }

    private static void Add(TransactionRelay relay, int count)
    {
        for (var at = 0; at < count; at++)
        {
            relay.Add(Answered(Operation.Get, pv: null, at));
        }
    }
}
