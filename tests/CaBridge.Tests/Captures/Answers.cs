using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;

namespace CaBridge.Tests.Captures;

/// <summary>All that an analysis told of one input, read as <c>cabridge analyze</c> reads it.</summary>
internal sealed record Answers(AnalyzerSnapshot Snapshot, IReadOnlyList<Transaction> Transactions, IReadOnlyList<CaptureProblem> Problems)
{
    public static Answers OfFiles(params string[] paths)
    {
        using var captures = CaptureSet.Open(paths, new CaptureReaderOptions());
        var run = new Run();
        while (captures.TryRead(out var packet))
            run.Analyzer.Push(in packet);
        return run.Complete(captures.Problems);
    }

    public static Answers OfStream(Stream capture)
    {
        using var reader = CaptureReader.Open(capture, "bent", new CaptureReaderOptions());
        var run = new Run();
        while (reader.TryRead(out var packet))
            run.Analyzer.Push(in packet);
        return run.Complete(reader.Problems);
    }

    /// <summary>Of frames that come to the analyzer in this very order, as from a live capture.</summary>
    public static Answers OfFrames(IEnumerable<CapturedFrame> frames)
    {
        var run = new Run();
        var number = 0;
        foreach (var frame in frames)
            run.Analyzer.Push(new Packet(new CaptureTime(frame.UnixNanoseconds), ++number, frame.LinkType, frame.Data, frame.OriginalLength));
        return run.Complete([]);
    }

    public long CountOf(AnomalyKind kind) => Snapshot.Anomalies.SingleOrDefault(anomaly => anomaly.Kind == kind).Count;

    public IReadOnlyList<string> Lines() => Lines(InPlace);

    /// <summary>Everything that does not depend on how frames are numbered and packed, sorted; what anomalies tell is left out.</summary>
    /// <param name="moved">Where an endpoint of this capture is in the one that it is compared with.</param>
    public IReadOnlyList<string> Lines(Func<Endpoint, Endpoint> moved) =>
    [
        .. MessageLines(),
        .. Snapshot.Operations.Where(account => account.Requests + account.RepliesWithoutRequest > 0).Select(account => account.ToString()).Order(StringComparer.Ordinal),
        $"searches {Snapshot.Search.Searches}, names {Snapshot.Search.Names}, answered {Snapshot.Search.Answered}",
        .. Snapshot.Search.NeverAnswered.Select(name => $"never answered {name}"),
        $"circuits {Snapshot.Circuits}",
        .. TransactionLines(moved),
    ];

    public IEnumerable<string> TransactionLines(Func<Endpoint, Endpoint> moved) =>
        Transactions.Select(transaction => Line(transaction, moved)).Order(StringComparer.Ordinal);

    public IEnumerable<string> TransactionLines() => TransactionLines(InPlace);

    public IEnumerable<string> MessageLines() => Snapshot.Messages
        .Select(message => $"message {message.Transport} {message.Sender} {message.Command}: {message.Count}")
        .Order(StringComparer.Ordinal);

    private static Endpoint InPlace(Endpoint endpoint) => endpoint;

    private static string Line(in Transaction transaction, Func<Endpoint, Endpoint> moved) => string.Create(
        CultureInfo.InvariantCulture,
        $"{transaction.Operation} {transaction.Pv} {moved(transaction.Client)} to {moved(transaction.Server)} at {transaction.RequestedAt.UnixNanoseconds} {transaction.Outcome} after {transaction.Latency?.Nanoseconds} status {transaction.Status} bytes {transaction.Bytes} tries {transaction.Tries} to {transaction.FanOut}");

    private sealed class Run
    {
        private readonly List<Transaction> _transactions = [];

        public Run() => Analyzer = new Analyzer(
            new AnalyzerOptions(), OtherEncapsulations.TryFindIp, onMessage: null, (in Transaction transaction) => _transactions.Add(transaction));

        public Analyzer Analyzer { get; }

        public Answers Complete(IReadOnlyList<CaptureProblem> problems)
        {
            Analyzer.Complete();
            return new Answers(Analyzer.Snapshot(), _transactions, problems);
        }
    }
}
