using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Live;

internal static class TransactionTime
{
    /// <summary>Where an operation is counted: at its reply, or at its request where none came.</summary>
    public static CaptureTime CountedAt(this in Transaction transaction) => transaction.RequestedAt + transaction.Latency.GetValueOrDefault();

    /// <summary>Whether it ended, and no reply came in time.</summary>
    public static bool IsUnanswered(this in Transaction transaction) =>
        transaction.Outcome is Outcome.Pending or Outcome.TimedOut or Outcome.CircuitClosed or Outcome.LostInGap;
}
