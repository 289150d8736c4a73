using System.Globalization;
using System.Net;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Contracts;

/// <summary>Messages as counts and statistics: the way back of <see cref="ReportMapping"/> and <see cref="TransactionMapping"/>.</summary>
public static class ReportReading
{
    private const int PercentilesOfReport = 5;

    public static AnalyzerSnapshot ToSnapshot(this V1.Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new AnalyzerSnapshot
        {
            FramesRead = report.FramesRead,
            Frames = report.Frames,
            ChannelAccessFrames = report.ChannelAccessFrames,
            Bytes = report.Bytes,
            ChannelAccessBytes = report.ChannelAccessBytes,
            First = report.HasFirstUnixNs ? new CaptureTime(report.FirstUnixNs) : null,
            Last = report.HasLastUnixNs ? new CaptureTime(report.LastUnixNs) : null,
            Circuits = report.Circuits,
            Messages = [.. report.Messages.Select(ToCount)],
            Operations = [.. report.Operations.Select(ToAccount)],
            Anomalies = [.. report.Anomalies.Where(count => Enum.TryParse<AnomalyKind>(count.Kind, out _)).Select(ToCount)],
            Search = new SearchFigures(
                report.Search?.Searches ?? 0, report.Search?.Names ?? 0, report.Search?.Answered ?? 0, [.. report.Search?.NeverAnswered ?? []]),
        };
    }

    public static OperationAccount ToAccount(this V1.OperationAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new OperationAccount(
            OperationOf(account.Operation),
            account.Requests,
            account.Answered,
            account.Failed,
            account.Pending,
            account.TimedOut,
            account.CircuitClosed,
            account.LostInGap,
            account.RepliesWithoutRequest);
    }

    /// <param name="group">With the five quantiles of a report.</param>
    public static LatencyRow ToRow(this V1.LatencyGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.Quantiles.Count != PercentilesOfReport)
        {
            throw new ArgumentException($"It has {group.Quantiles.Count} quantiles, a report's have {PercentilesOfReport}.", nameof(group));
        }

        return new LatencyRow(OperationOf(group.Operation), group.HasKey ? group.Key : null, new LatencySummary(
            group.Count,
            group.MeanNs,
            group.HasStdNs ? group.StdNs : null,
            group.MinNs,
            Percentile25: group.Quantiles[0].ValueNs,
            Percentile50: group.Quantiles[1].ValueNs,
            Percentile75: group.Quantiles[2].ValueNs,
            Percentile95: group.Quantiles[3].ValueNs,
            Percentile99: group.Quantiles[4].ValueNs,
            group.MaxNs,
            group.Exact));
    }

    public static SlowPv ToSlowPv(this V1.SlowPv slow)
    {
        ArgumentNullException.ThrowIfNull(slow);
        return new SlowPv(new PvName(slow.Pv, -1), OperationOf(slow.Operation), EndpointOf(slow.Server), slow.Count, slow.MeanNs, slow.MaxNs);
    }

    public static UnansweredCount ToCount(this V1.UnansweredCount count)
    {
        ArgumentNullException.ThrowIfNull(count);
        return new UnansweredCount(OperationOf(count.Operation), EndpointOf(count.Server), OutcomeOf(count.Outcome), count.Count);
    }

    public static FailureCount ToCount(this V1.FailureCount count)
    {
        ArgumentNullException.ThrowIfNull(count);
        return new FailureCount(OperationOf(count.Operation), EndpointOf(count.Server), count.StatusCode, count.Count, [.. count.Pvs], count.HasMorePvs);
    }

    public static Transaction ToTransaction(this V1.Transaction message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new Transaction
        {
            Operation = OperationOf(message.Operation),
            Outcome = OutcomeOf(message.Outcome),
            Pv = message.Pv.Length == 0 ? null : new PvName(message.Pv, -1),
            Client = EndpointOf(message.Client),
            Server = EndpointOf(message.Server),
            RequestedAt = message.RequestedAt?.ToCaptureTime() ?? default,
            Latency = message.Latency?.ToCaptureDuration(),
            Network = message.Network?.ToCaptureDuration(),
            Status = message.StatusCode,
            RequestFrame = message.RequestFrame,
            ReplyFrame = message.ReplyFrame,
            Bytes = message.Bytes,
            Tries = message.Tries,
            FanOut = message.FanOut,
        };
    }

    private static MessageCount ToCount(V1.MessageCount count) => new(
        string.Equals(count.Transport, "tcp", StringComparison.Ordinal) ? Transport.Tcp : Transport.Udp,
        count.Sender switch
        {
            "client" => Sender.Client,
            "server" => Sender.Server,
            _ => Sender.Unknown,
        },
        (CaCommand)count.Code,
        count.Count);

    private static AnomalyCount ToCount(V1.AnomalyCount count) =>
        new(Enum.Parse<AnomalyKind>(count.Kind), count.Count, count.FirstFrame, count.Bytes);

    private static Operation OperationOf(V1.Operation operation) =>
        operation.ToOperation() ?? throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"The server tells of an operation that is not known here: {operation}."));

    private static Outcome OutcomeOf(V1.Outcome outcome) =>
        outcome.ToOutcome() ?? throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"The server tells of an outcome that is not known here: {outcome}."));

    internal static Endpoint EndpointOf(string text)
    {
        if (text.Length == 0)
        {
            return default;
        }

        var endpoint = IPAddress.TryParse(text, out var address) ? new IPEndPoint(address, 0) : IPEndPoint.Parse(text);
        return Endpoint.FromIPv6(endpoint.Address.MapToIPv6().GetAddressBytes(), (ushort)endpoint.Port);
    }
}
