using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;

namespace CaBridge.Tests.Captures;

/// <summary>What a selector lets pass of frames that are numbered from 1, and what analyzing it tells, beside what analyzing all of them tells.</summary>
internal sealed class Selection
{
    private Selection(IReadOnlyList<long> passed, TrafficSelectorCounts counts, Answers all, Answers selected) =>
        (Passed, Counts, All, Selected) = (passed, counts, all, selected);

    /// <summary>The numbers of the frames that passed, in the order in which they did.</summary>
    public IReadOnlyList<long> Passed { get; }

    public TrafficSelectorCounts Counts { get; }

    public Answers All { get; }

    public Answers Selected { get; }

    /// <summary>Where the two differ; nothing, if the selector does what it is for.</summary>
    public IReadOnlyList<string> Differences() =>
        [.. Difference.Between(All.Lines(), Selected.Lines()), .. Difference.Between(FrameLines(All), FrameLines(Selected))];

    public static Selection Of(IEnumerable<CapturedFrame> frames, TrafficSelectorOptions? options = null)
    {
        var selector = new TrafficSelector(options ?? new TrafficSelectorOptions(), OtherEncapsulations.TryFindIp);
        var (all, selected) = (new Run(), new Run());
        var passed = new List<long>();
        var number = 0L;
        foreach (var frame in frames)
        {
            var packet = new Packet(new CaptureTime(frame.UnixNanoseconds), ++number, frame.LinkType, frame.Data, frame.OriginalLength, interfaceIndex: 3);
            all.Analyzer.Push(packet);
            selector.Push(packet, Take);
        }

        selector.Complete(Take);
        return new Selection(passed, selector.Counts, all.Complete(), selected.Complete());

        void Take(in Packet packet)
        {
            Assert.That(packet.InterfaceIndex, Is.EqualTo(3));
            passed.Add(packet.Frame);
            selected.Analyzer.Push(packet);
        }
    }

    private static IEnumerable<string> FrameLines(Answers answers) => answers.Transactions.Select(transaction =>
        $"{transaction.Operation} {transaction.Client} to {transaction.Server} frames {transaction.RequestFrame} and {transaction.ReplyFrame}");

    private sealed class Run
    {
        private readonly List<Transaction> _transactions = [];

        public Run() => Analyzer = new Analyzer(
            new AnalyzerOptions { ExpectsTimeOrder = false }, OtherEncapsulations.TryFindIp, onMessage: null, (in Transaction transaction) => _transactions.Add(transaction));

        public Analyzer Analyzer { get; }

        public Answers Complete()
        {
            Analyzer.Complete();
            return new Answers(Analyzer.Snapshot(), _transactions, []);
        }
    }
}
