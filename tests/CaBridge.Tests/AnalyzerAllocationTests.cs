using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests;

/// <summary>From packet to transaction to statistics, nothing is allocated once tables have their size.</summary>
[TestFixture]
public sealed class AnalyzerAllocationTests
{
    /// <summary>The last part of catime has a thousand gets in flight; in slow-client all monitors stand after a tenth, and updates come.</summary>
    [TestCase("catime", 0.7, 0.95, 1000)]
    [TestCase("slow-client", 0.5, 0.99, 0)]
    public void Standing_circuits_allocate_nothing(string name, double from, double to, int atLeastTransactions)
    {
        var frames = GoldenCapture.Named(name).Frames;
        Measure(frames, from, to);

        var (transactions, allocatedBytes) = Measure(frames, from, to);

        Assert.That(allocatedBytes, Is.Zero);
        Assert.That(transactions, Is.AtLeast(atLeastTransactions));
    }

    private static (long Transactions, long AllocatedBytes) Measure(IReadOnlyList<CapturedFrame> frames, double from, double to)
    {
        var transactions = 0L;
        var table = new LatencyTable(LatencyGrouping.Server, new LatencyTableOptions { MaxExactValuesPerGroup = 0 });
        var slowest = new SlowestPvs();
        var analyzer = new Analyzer(new AnalyzerOptions(), onTransaction: (in Transaction transaction) =>
        {
            transactions++;
            table.Add(in transaction);
            slowest.Add(in transaction);
        });
        Push(analyzer, frames, 0, (int)(frames.Count * from));
        var (before, told) = (GC.GetAllocatedBytesForCurrentThread(), transactions);
        Push(analyzer, frames, (int)(frames.Count * from), (int)(frames.Count * to));
        return (transactions - told, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Push(Analyzer analyzer, IReadOnlyList<CapturedFrame> frames, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var frame = frames[i];
            analyzer.Push(new Packet(new CaptureTime(frame.UnixNanoseconds), i + 1, frame.LinkType, frame.Data, frame.OriginalLength));
        }
    }
}
