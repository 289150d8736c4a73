using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Live;

/// <summary>The servers and the clients of the operations that ended, by their addresses.</summary>
/// <param name="maxHosts">Of each; beyond them the one that was silent the longest goes.</param>
internal sealed class HostTables(int maxHosts)
{
    public RecentTable<Endpoint, HostActivity> Servers { get; } = new(maxHosts);

    public RecentTable<Endpoint, HostActivity> Clients { get; } = new(maxHosts);

    /// <summary>Takes an operation that counts. A search that nobody answered has no server: it went to a broadcast address, as a rule.</summary>
    public void Add(in Transaction transaction)
    {
        Clients.Touch(transaction.Client.Host).Add(in transaction);
        if (transaction.Operation != Operation.Search || !transaction.IsUnanswered())
        {
            Servers.Touch(transaction.Server.Host).Add(in transaction);
        }
    }
}
