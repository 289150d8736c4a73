using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Contracts;

/// <summary>Counts and statistics as messages.</summary>
public static class ReportMapping
{
    private static readonly double[] ReportQuantiles = [0.25, 0.50, 0.75, 0.95, 0.99];

    public static V1.OperationAccount ToMessage(this OperationAccount account) => new()
    {
        Operation = account.Operation.ToMessage(),
        Requests = account.Requests,
        Answered = account.Answered,
        Failed = account.Failed,
        Pending = account.Pending,
        TimedOut = account.TimedOut,
        CircuitClosed = account.CircuitClosed,
        LostInGap = account.LostInGap,
        RepliesWithoutRequest = account.RepliesWithoutRequest,
    };

    /// <param name="quantiles">0 to 1, in the order in which they are told.</param>
    public static V1.LatencyGroup ToMessage(this LatencyDistribution latency, Operation operation, string? key, double[] quantiles)
    {
        ArgumentNullException.ThrowIfNull(latency);
        var message = ToMessage(new LatencyRow(operation, key, latency.Summary()));
        var values = new double[quantiles.Length];
        latency.Quantiles(quantiles, values);
        message.Quantiles.Clear();
        message.Quantiles.AddRange(quantiles.Zip(values, (q, value) => new V1.Quantile { Q = q, ValueNs = value }));
        return message;
    }

    public static V1.LatencyGroup ToMessage(this LatencyRow row)
    {
        var summary = row.Summary;
        double[] values = [summary.Percentile25, summary.Percentile50, summary.Percentile75, summary.Percentile95, summary.Percentile99];
        var group = new V1.LatencyGroup
        {
            Operation = row.Operation.ToMessage(),
            Count = summary.Count,
            MeanNs = summary.Mean,
            MinNs = summary.Minimum,
            MaxNs = summary.Maximum,
            Exact = summary.Exact,
            Quantiles = { ReportQuantiles.Zip(values, (q, value) => new V1.Quantile { Q = q, ValueNs = value }) },
        };
        if (row.Key is { } key)
        {
            group.Key = key;
        }

        if (summary.StandardDeviation is { } deviation)
        {
            group.StdNs = deviation;
        }

        return group;
    }

    public static V1.MessageCount ToMessage(this MessageCount count) => new()
    {
        Transport = count.Transport == Transport.Tcp ? "tcp" : "udp",
        Sender = count.Sender switch
        {
            Sender.Client => "client",
            Sender.Server => "server",
            _ => "unknown",
        },
        Code = (uint)count.Command,
        Command = count.Command.Name(),
        Count = count.Count,
    };

    public static V1.SlowPv ToMessage(this SlowPv slow) => new()
    {
        Pv = slow.Pv.Text,
        Operation = slow.Operation.ToMessage(),
        Server = slow.Server.ToString(),
        Count = slow.Count,
        MeanNs = slow.Mean,
        MaxNs = slow.Maximum,
    };

    public static V1.UnansweredCount ToMessage(this UnansweredCount count) => new()
    {
        Operation = count.Operation.ToMessage(),
        Server = count.Server == default ? "" : count.Server.AddressText(),
        Outcome = count.Reason.ToMessage(),
        Count = count.Count,
    };

    public static V1.FailureCount ToMessage(this FailureCount count)
    {
        ArgumentNullException.ThrowIfNull(count);
        return new V1.FailureCount
        {
            Operation = count.Operation.ToMessage(),
            Server = count.Server == default ? "" : count.Server.AddressText(),
            StatusCode = count.Status,
            Count = count.Count,
            Pvs = { count.Pvs },
            HasMorePvs = count.HasMorePvs,
        };
    }

    public static V1.AnomalyCount ToMessage(this AnomalyCount count) => new()
    {
        Kind = count.Kind.ToString(),
        Count = count.Count,
        FirstFrame = count.FirstFrame,
        Bytes = count.Bytes,
    };

    public static V1.SearchFigures ToMessage(this SearchFigures figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        return new V1.SearchFigures
        {
            Searches = figures.Searches,
            Names = figures.Names,
            Answered = figures.Answered,
            NeverAnswered = { figures.NeverAnswered },
        };
    }
}
