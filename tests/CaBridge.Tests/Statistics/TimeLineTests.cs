using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CsCheck;

namespace CaBridge.Tests.Statistics;

[TestFixture]
public sealed class TimeLineTests
{
    private const long Millisecond = CaptureDuration.NanosecondsPerMillisecond;

    [Test]
    public void Nothing_asked_for_is_no_bucket() => Assert.That(new TimeLine().Count, Is.Zero);

    [Test]
    public void Requests_fall_into_steps_of_a_millisecond()
    {
        var line = Of(8, At(0), At(1), At(Millisecond - 1), At(2 * Millisecond, Outcome.Failed), At(2 * Millisecond, Outcome.TimedOut));

        Assert.That((line.Count, line.Width.Nanoseconds, line.Start.UnixNanoseconds, line.End.UnixNanoseconds), Is.EqualTo((3, Millisecond, 0L, 3 * Millisecond)));
        Assert.That(Counts(line), Is.EqualTo(new[] { (3L, 0L, 0L), (0, 0, 0), (0, 1, 1) }));
    }

    [Test]
    public void Two_steps_become_one_where_there_are_too_many()
    {
        var line = Of(4, [.. Enumerable.Range(0, 9).Select(i => At(i * Millisecond))]);

        Assert.That((line.Count, line.Width.Nanoseconds), Is.EqualTo((3, 4 * Millisecond)));
        Assert.That(Counts(line).Select(counts => counts.Answered), Is.EqualTo(new long[] { 4, 4, 1 }));
    }

    [Test]
    public void Times_to_cover_widen_the_line_and_count_nothing()
    {
        var line = Of(4, At(5 * Millisecond));
        line.Cover(new CaptureTime(0));
        line.Cover(new CaptureTime(7 * Millisecond));

        Assert.That((line.Start.UnixNanoseconds, line.End.UnixNanoseconds), Is.EqualTo((0L, 8 * Millisecond)));
        Assert.That(Counts(line).Sum(counts => counts.Answered), Is.EqualTo(1));
    }

    [Test]
    public void Replies_without_request_are_passed_over() => Assert.That(Of(4, At(5, Outcome.NoRequest)).Count, Is.Zero);

    [Test]
    public void Latencies_are_those_of_their_operation()
    {
        var bucket = Of(4, At(5) with { Operation = Operation.Put, Latency = new CaptureDuration(1_000) }, At(6, Outcome.Pending))[0]!;

        Assert.That((bucket.LatencyOf(Operation.Put)?.Count, bucket.LatencyOf(Operation.Get), bucket.Requests), Is.EqualTo((1L, (LatencyHistogram?)null, 2L)));
    }

    [Test]
    public void All_times_that_a_capture_can_tell_fit()
    {
        var line = Of(4, At(0), At(long.MinValue), At(long.MaxValue), At(-1));

        Assert.That((line.Start.UnixNanoseconds, line.End.UnixNanoseconds), Is.EqualTo((long.MinValue, long.MaxValue)));
        Assert.That(Counts(line).Sum(counts => counts.Answered), Is.EqualTo(4));
    }

    [Test]
    public void Fewer_buckets_than_four_are_refused() => Assert.That(() => new TimeLine(3), Throws.InstanceOf<ArgumentOutOfRangeException>());

    /// <summary>Steps are where they would be had they been as wide from the beginning, whatever comes first.</summary>
    [Test]
    public void Order_changes_nothing() =>
        Gen.Select(Gen.Long[-100_000 * Millisecond, 100_000 * Millisecond].Array[1, 60], Gen.Int[4, 20], Gen.Int[0, 2]).Sample((times, buckets, outcome) =>
        {
            Transaction[] transactions = [.. times.Select((time, i) => At(time, (Outcome)((i + outcome) % 3)) with { Operation = (Operation)(i % 3) })];

            var line = Of(buckets, transactions);
            var sorted = Of(buckets, [.. transactions.OrderByDescending(transaction => transaction.RequestedAt)]);

            var width = line.Width.Nanoseconds;
            var expected = transactions.GroupBy(transaction => Math.Floor(transaction.RequestedAt.UnixNanoseconds / (double)width)).OrderBy(group => group.Key);
            return line.Count <= buckets
                && (sorted.Start, sorted.End) == (line.Start, line.End)
                && Counts(line).SequenceEqual(Counts(sorted))
                && Counts(line).Select(counts => counts.Answered + counts.Failed + counts.Unanswered).Where(count => count > 0).SequenceEqual(expected.Select(group => group.LongCount()))
                && Latencies(line).SequenceEqual(Latencies(sorted));
        });

    [Test]
    public void Known_steps_allocate_nothing()
    {
        var line = new TimeLine();
        Feed(line);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Feed(line);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Feed(TimeLine line)
    {
        for (var i = 0; i < 10_000; i++)
        {
            line.Add(At(i * Millisecond) with { Latency = new CaptureDuration(1_000 + (i % 100 * 1_000)) });
        }
    }

    private static Transaction At(long unixNanoseconds, Outcome outcome = Outcome.Answered)
    {
        var transaction = SampleTransactions.Answered(Operation.Get, pv: null, 1_000_000) with { RequestedAt = new CaptureTime(unixNanoseconds), Outcome = outcome };
        return outcome is Outcome.Answered or Outcome.Failed ? transaction : transaction with { Latency = null };
    }

    private static TimeLine Of(int maxBuckets, params Transaction[] transactions)
    {
        var line = new TimeLine(maxBuckets);
        foreach (var transaction in transactions)
        {
            line.Add(in transaction);
        }

        return line;
    }

    private static List<(long Answered, long Failed, long Unanswered)> Counts(TimeLine line) =>
        [.. Enumerable.Range(0, line.Count).Select(i => line[i] is { } bucket ? (bucket.Answered, bucket.Failed, bucket.Unanswered) : default)];

    private static List<long> Latencies(TimeLine line) =>
        [.. Enumerable.Range(0, line.Count).SelectMany(i => Enumerable.Range(0, OperationNames.Count).Select(operation => line[i]?.LatencyOf((Operation)operation)?.Count ?? 0))];
}
