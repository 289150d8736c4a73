using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli;
using CaBridge.Cli.Report;
using CaBridge.Tests.Statistics;

namespace CaBridge.Tests.Cli.Report;

/// <summary>Pages of what nobody recorded.</summary>
internal static class ReportSample
{
    public const int Top = 500;

    /// <summary>What an attacker may call a PV.</summary>
    public const string Hostile = "</script><img src=x onerror=alert(1)>\"'&";

    private const long Millisecond = CaptureDuration.NanosecondsPerMillisecond;

    private static readonly string[] Devices = ["current", "setpoint", "status", "readback"];

    /// <summary>Something in every part of the page.</summary>
    public static ReportContent Whole(int transactions = 4_000)
    {
        var content = Traffic(transactions);
        return content with { Analysis = content.Analysis with { Findings = Findings(), Connections = Connections() } };
    }

    /// <summary>So many operations of six clients and eight servers in an even stream with its ups and downs.</summary>
    /// <param name="hosts">Servers and clients, and names for each 100 operations; more of them make longer tables.</param>
    public static ReportContent Traffic(int transactions, int hosts = 8, string? name = null)
    {
        var ledger = new OperationLedger();
        var own = new ReportStatistics(Top);
        var statistics = new SelectedStatistics(
            new TransactionFilter([], new PvFilter([]), default), LatencyGrouping.Server, new StatisticsOptions { MaxUnanswered = Top }, own.Add);
        PvName[] pvs = [.. Enumerable.Range(0, hosts * 50).Select(i => new PvName(name ?? $"LINAC:SECTOR{i / 100:D2}:MAGNET{i % 100:D2}:{Devices[i % Devices.Length]}", i))];
        var random = new Random(5064);
        var time = SampleTransactions.Start;
        for (var i = 0; i < transactions; i++)
        {
            var transaction = Next(i, random, pvs[random.Next(pvs.Length)], hosts, time);
            time += new CaptureDuration((long)(random.NextDouble() * 2 * Millisecond * (i / 500 % 3 == 1 ? 0.2 : 1)));
            ledger.Add(in transaction);
            statistics.Add(in transaction);
        }

        var capture = SampleReport.Capture() with { Operations = ledger.Accounts(), Last = time, ChannelAccessFrames = transactions * 2L, FramesRead = transactions * 2L };
        return new ReportContent(statistics.Report(["some_network_traffic.pcap"], [], capture, Top), own, Title: null, Top);
    }

    public static string Html(ReportContent content)
    {
        using var text = new StringWriter { NewLine = "\n" };
        new ReportPage(text).Write(content);
        return text.ToString();
    }

    private static Transaction Next(int index, Random random, PvName pv, int hosts, CaptureTime time)
    {
        var server = (byte)(1 + random.Next(hosts));
        var operation = (Operation)(index % 50 == 0 ? random.Next(3) : 3 + random.Next(3));
        var latency = (long)(200_000 * (1 + (server % 5)) * Math.Exp(2 * random.NextDouble() * random.NextDouble() * (operation == Operation.Put ? 3 : 1.5)));
        var outcome = random.Next(400) switch { 0 => Outcome.TimedOut, 1 => Outcome.CircuitClosed, 2 or 3 => Outcome.Failed, _ => Outcome.Answered };
        var transaction = SampleTransactions.Answered(operation, pv, latency, server, (byte)(100 + random.Next(Math.Min(hosts, 150)))) with
        {
            RequestedAt = time,
            Outcome = outcome,
            RequestFrame = 2 * index + 1,
            ReplyFrame = 2 * index + 2,
        };
        return outcome switch
        {
            Outcome.Answered => transaction,
            Outcome.Failed => transaction with { Status = 376 },
            _ => transaction with { Latency = null, Status = 0, ReplyFrame = 0 },
        };
    }

    private static Finding[] Findings() =>
    [
        new()
        {
            Kind = FindingKind.ServerRestart,
            Severity = FindingSeverity.Error,
            Title = "10.44.0.22:5064 lost all of its 3 circuits and came back 4.1 s later; 450 channels were created again",
            Servers = [SampleTransactions.Host(22, 5064)],
            Clients = [.. Enumerable.Range(1, 9).Select(host => SampleTransactions.Host((byte)host, 50_000))],
            Pvs = [.. Enumerable.Range(0, 12).Select(i => $"LINAC:SECTOR00:MAGNET{i:D2}:current")],
            PvCount = 450,
            Count = 1,
            First = SampleTransactions.Start + new CaptureDuration(900 * Millisecond),
            Last = SampleTransactions.Start + new CaptureDuration(2_000 * Millisecond),
            Frames = [1_204, 1_206, 1_377],
            Confidence = FindingConfidence.High,
            Advice = "Look into the IOC's console log at that time. If the restart was meant, nothing is to be done.",
            Details = ["All circuits were closed by FIN within 12 ms.", "The beacons' ids began at 0 again.", "Channels were created again within 210 ms of the first SYN."],
        },
        new()
        {
            Kind = FindingKind.DuplicatePv,
            Severity = FindingSeverity.Warning,
            Title = $"{Hostile} is served by 10.44.0.21:5064 and by 10.44.0.22:5064",
            Pvs = [Hostile],
            PvCount = 1,
            Servers = [SampleTransactions.Host(21, 5064), SampleTransactions.Host(22, 5064)],
            Count = 3,
            First = SampleTransactions.Start + new CaptureDuration(1_000 * Millisecond),
            Last = SampleTransactions.Start + new CaptureDuration(1_400 * Millisecond),
            Frames = [77, 81, 12_345],
            Confidence = FindingConfidence.Medium,
            InGap = true,
            IsOpen = true,
            Advice = "Which of the two a client gets is chance: take the name away from one of the servers.",
        },
        new()
        {
            Kind = FindingKind.MultiHomedServer,
            Severity = FindingSeverity.Info,
            Title = "10.44.0.23:5064 and 10.44.1.23:5064 are one server with two addresses",
            Count = 1,
            First = SampleTransactions.Start,
            Last = SampleTransactions.Start,
            Frames = [],
            Confidence = FindingConfidence.Low,
            Advice = "",
        },
    ];

    private static ConnectionTable Connections()
    {
        var table = new ConnectionTable();
        var random = new Random(5065);
        for (var i = 0; i < 150; i++)
        {
            table.Add(Connection(random, i == 3 ? Hostile : $"LINAC:SECTOR{i / 100:D2}:MAGNET{i % 100:D2}:current", i));
        }

        return table;
    }

    private static ChannelConnection Connection(Random random, string pv, int index)
    {
        var stages = new StageDurations();
        var waits = new WaitDurations();
        var total = 0L;
        for (var stage = 0; stage < ChannelConnection.StageCount; stage++)
        {
            var most = (ConnectionStage)stage == ConnectionStage.SearchRetries ? index % 3 == 0 ? 1_900 : 0 : 60;
            stages[stage] = (long)(random.NextDouble() * most * Millisecond);
            total += stages[stage];
            waits[(ConnectionStage)stage switch
            {
                ConnectionStage.SearchRetries => (int)ConnectionWait.SearchBackoff,
                ConnectionStage.Connect => (int)ConnectionWait.Network,
                ConnectionStage.SearchReply or ConnectionStage.AccessRights or ConnectionStage.CreateReply or ConnectionStage.FirstValue => (int)ConnectionWait.Server,
                _ => (int)ConnectionWait.Client,
            }] += stages[stage];
        }

        return new ChannelConnection
        {
            Pv = new PvName(pv, index),
            Client = SampleTransactions.Host((byte)(11 + (index % 3)), 54_668),
            Server = SampleTransactions.Host((byte)(21 + (index % 4)), 5064),
            Start = SampleTransactions.Start,
            Stages = stages,
            Waits = waits,
            Total = new CaptureDuration(total),
            Result = index % 20 == 0 ? ConnectionResult.Created : ConnectionResult.Value,
            WasSearched = index % 10 != 0,
            Tries = 1 + (index % 5),
            Without = index % 6 == 0 ? new CaptureDuration(4_100 * Millisecond) : null,
            FirstFrame = 100 + index,
            LastFrame = 900 + index,
        };
    }
}
