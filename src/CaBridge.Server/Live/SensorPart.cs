using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Live;

/// <summary>The part that one sensor has in a span of time.</summary>
internal sealed class SensorPart
{
    private readonly LatencyDistribution?[] _latency = new LatencyDistribution?[OperationNames.Count];

    public OperationLedger Ledger { get; } = new();

    /// <summary>By operation; null where none was answered.</summary>
    public IReadOnlyList<LatencyDistribution?> Latency => _latency;

    public void Add(in Transaction transaction)
    {
        Ledger.Add(in transaction);
        if (transaction.HasReply)
        {
            Of((int)transaction.Operation).Add(transaction.Latency.GetValueOrDefault().Nanoseconds);
        }
    }

    public void Merge(SensorPart other)
    {
        Ledger.Merge(other.Ledger);
        for (var operation = 0; operation < _latency.Length; operation++)
        {
            if (other._latency[operation] is { } latency)
            {
                Of(operation).Merge(latency);
            }
        }
    }

    private LatencyDistribution Of(int operation) => _latency[operation] ??= new LatencyDistribution(maxExactValues: 0);
}
