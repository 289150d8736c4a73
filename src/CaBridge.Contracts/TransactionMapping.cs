using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;
using Google.Protobuf.WellKnownTypes;

namespace CaBridge.Contracts;

/// <summary>Operations that ended, to and from <see cref="V1.Transaction"/>.</summary>
public static class TransactionMapping
{
    /// <param name="sensor">Who saw it.</param>
    public static V1.Transaction ToMessage(this in Transaction transaction, string sensor) => new()
    {
        Operation = transaction.Operation.ToMessage(),
        Outcome = transaction.Outcome.ToMessage(),
        Pv = transaction.Pv?.Text ?? "",
        Client = transaction.Client.ToString(),
        Server = transaction.Server.ToString(),
        RequestedAt = transaction.RequestedAt.ToTimestamp(),
        Latency = transaction.Latency?.ToDuration(),
        Network = transaction.Network?.ToDuration(),
        Status = transaction.Status == 0 ? "" : EcaStatus.Name(transaction.Status),
        StatusCode = transaction.Status,
        RequestFrame = transaction.RequestFrame,
        ReplyFrame = transaction.ReplyFrame,
        Bytes = transaction.Bytes,
        Tries = transaction.Tries,
        FanOut = transaction.FanOut,
        Sensor = sensor,
    };

    /// <remarks>The message's numbers are one more, as 0 is "not specified" there.</remarks>
    public static V1.Operation ToMessage(this Operation operation) => (V1.Operation)((int)operation + 1);

    public static V1.Outcome ToMessage(this Outcome outcome) => (V1.Outcome)((int)outcome + 1);

    /// <returns>Null for one that is not specified, or unknown.</returns>
    public static Operation? ToOperation(this V1.Operation operation) =>
        operation is >= V1.Operation.Search and <= V1.Operation.Read ? (Operation)((int)operation - 1) : null;

    /// <returns>Null for one that is not specified, or unknown.</returns>
    public static Outcome? ToOutcome(this V1.Outcome outcome) =>
        outcome is >= V1.Outcome.Answered and <= V1.Outcome.NoRequest ? (Outcome)((int)outcome - 1) : null;

    public static Timestamp ToTimestamp(this CaptureTime time)
    {
        var (seconds, nanoseconds) = SplitSeconds(time.UnixNanoseconds);
        return new Timestamp { Seconds = seconds, Nanos = (int)nanoseconds };
    }

    public static CaptureTime ToCaptureTime(this Timestamp time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new CaptureTime((time.Seconds * CaptureDuration.NanosecondsPerSecond) + time.Nanos);
    }

    public static Duration ToDuration(this CaptureDuration duration) => new()
    {
        Seconds = duration.Nanoseconds / CaptureDuration.NanosecondsPerSecond,
        Nanos = (int)(duration.Nanoseconds % CaptureDuration.NanosecondsPerSecond),
    };

    public static CaptureDuration ToCaptureDuration(this Duration duration)
    {
        ArgumentNullException.ThrowIfNull(duration);
        return new CaptureDuration((duration.Seconds * CaptureDuration.NanosecondsPerSecond) + duration.Nanos);
    }

    private static (long Seconds, long Nanoseconds) SplitSeconds(long unixNanoseconds)
    {
        var seconds = Math.DivRem(unixNanoseconds, CaptureDuration.NanosecondsPerSecond, out var nanoseconds);
        return nanoseconds < 0 ? (seconds - 1, nanoseconds + CaptureDuration.NanosecondsPerSecond) : (seconds, nanoseconds);
    }
}
