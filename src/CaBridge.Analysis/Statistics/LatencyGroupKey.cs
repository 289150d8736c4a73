using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>The key of a group by address: one host, or both ends of a circuit.</summary>
internal readonly record struct LatencyGroupKey(Operation Operation, Endpoint First, Endpoint Second) : IComparable<LatencyGroupKey>
{
    public static LatencyGroupKey Of(LatencyGrouping grouping, in Transaction transaction) => grouping switch
    {
        LatencyGrouping.Server => new(transaction.Operation, transaction.Server.Host, default),
        LatencyGrouping.Client => new(transaction.Operation, transaction.Client.Host, default),
        _ => new(transaction.Operation, transaction.Client, transaction.Server),
    };

    /// <summary>Whether a transaction of the key's operation belongs to it; what <see cref="Of"/> would tell, without making another key.</summary>
    public bool IsOf(LatencyGrouping grouping, in Transaction transaction) => grouping switch
    {
        LatencyGrouping.Server => transaction.Server.IsAtHostOf(First),
        LatencyGrouping.Client => transaction.Client.IsAtHostOf(First),
        _ => transaction.Client == First && transaction.Server == Second,
    };

    public int CompareTo(LatencyGroupKey other) =>
        (First.Address, First.Port, Second.Address, Second.Port).CompareTo((other.First.Address, other.First.Port, other.Second.Address, other.Second.Port));

    public string Text(LatencyGrouping grouping) => grouping == LatencyGrouping.Circuit ? $"{First} → {Second}" : First.AddressText();

    public override int GetHashCode() => HashCode.Combine(First, Second, (int)Operation);
}
