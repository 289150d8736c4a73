using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;

namespace CaBridge.Cli;

/// <summary>What is asked of captures that are read as one.</summary>
internal sealed record CaptureAnalysis
{
    /// <summary>As the user named them.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public required AnalyzerOptions Options { get; init; }

    public required TransactionFilter Filter { get; init; }

    public required StatisticsOptions Statistics { get; init; }

    public LatencyGrouping Grouping { get; init; } = LatencyGrouping.Server;

    /// <summary>How many of the slowest PVs.</summary>
    public int Top { get; init; }

    /// <param name="onMatch">Receives each operation that the filter lets through.</param>
    /// <param name="isQuiet">As <see cref="CaptureRun"/> has it.</param>
    /// <exception cref="InterruptedException">The user ended it.</exception>
    public AnalysisReport Run(CaptureInput input, TransactionHandler? onMatch = null, bool isQuiet = true)
    {
        var statistics = new SelectedStatistics(Filter, Grouping, Statistics, onMatch);
        using var relay = Filter.IsEverything && onMatch is null ? new TransactionRelay(statistics.Add) : null;
        TransactionHandler onTransaction = relay is null ? statistics.Add : relay.Add;
        var analyzer = new Analyzer(Options, OtherEncapsulations.TryFindIp, onMessage: null, onTransaction, onConnection: statistics.Add);
        new CaptureRun(input, analyzer, isQuiet).Read(start => Filter.Start = start);
        relay?.Complete();
        return statistics.Report(Files, input.Problems, analyzer.Snapshot(), Top, analyzer.Findings());
    }
}
