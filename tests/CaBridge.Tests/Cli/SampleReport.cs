using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli;
using CaBridge.Cli.Rendering;
using CaBridge.Tests.Statistics;

namespace CaBridge.Tests.Cli;

/// <summary>A small answer with something in each of its parts.</summary>
internal static class SampleReport
{
    public static readonly PvName Ao0 = new("l1:ao0", 0);
    public static readonly PvName Big = new("l2:big,array", 1);

    public static readonly Transaction[] Transactions =
    [
        SampleTransactions.Answered(Operation.Create, Ao0, 14_851_000),
        SampleTransactions.Answered(Operation.Create, Big, 150_308_000, server: 22) with { RequestFrame = 78, ReplyFrame = 104 },
        SampleTransactions.Answered(Operation.Create, Big, 14_851_000),
        SampleTransactions.Answered(Operation.Put, Ao0, 45_300) with { Outcome = Outcome.Failed, Status = 376 },
        SampleTransactions.Answered(Operation.Connect, pv: null, 812),
        SampleTransactions.Unanswered(Operation.Get, Big, Outcome.CircuitClosed, server: 22),
        SampleTransactions.Unanswered(Operation.Get, Ao0, Outcome.NoRequest),
    ];

    /// <param name="top">How many of the slowest PVs.</param>
    public static AnalysisReport Of(
        IReadOnlyList<Transaction> transactions, LatencyGrouping grouping = LatencyGrouping.Server, int top = 10, StatisticsOptions? options = null)
    {
        var ledger = new OperationLedger();
        var statistics = new SelectedStatistics(new TransactionFilter([], new PvFilter([]), default), grouping, options ?? new StatisticsOptions());
        foreach (var transaction in transactions)
        {
            ledger.Add(in transaction);
            statistics.Add(in transaction);
        }

        return statistics.Report(["some_network_traffic.pcap"], [], Capture() with { Operations = ledger.Accounts() }, top);
    }

    /// <param name="report">What is told.</param>
    /// <param name="columns">Of the terminal; a pipe has no end.</param>
    public static string Text(AnalysisReport report, int top = 10, bool messages = false, int columns = int.MaxValue)
    {
        using var output = new StringWriter { NewLine = "\n" };
        new AnalysisText(output, TextStyle.Plain with { Columns = columns }).Write(report, top, messages);
        return output.ToString();
    }

    public static AnalyzerSnapshot Capture() => new()
    {
        FramesRead = 12_345,
        Frames = 12_300,
        ChannelAccessFrames = 1_200,
        Bytes = 3_400_000,
        ChannelAccessBytes = 170_000,
        First = SampleTransactions.Start,
        Last = SampleTransactions.Start + new CaptureDuration(14_851_000_000),
        Circuits = 2,
        Messages =
        [
            new MessageCount(Transport.Tcp, Sender.Client, CaCommand.CreateChan, 3),
            new MessageCount(Transport.Udp, Sender.Unknown, CaCommand.Search, 45),
        ],
        Operations = [],
        Anomalies = [new AnomalyCount(AnomalyKind.TcpRetransmission, 13, 77, 1_024), new AnomalyCount(AnomalyKind.DuplicateFrame, 1, 12, 0)],
        Search = new SearchFigures(45, 16, 1, ["nobody:a", "nobody:b"]),
    };
}
