using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>What became of the requests to one server, or of one client.</summary>
/// <param name="host">Port 0; <c>default</c> for all hosts beyond the bound.</param>
public sealed class HostTotal(Endpoint host)
{
    private OutcomeCounts _counts;

    public Endpoint Host { get; } = host;

    public long Requests => Answered + Failed + Unanswered;

    public long Answered => _counts.Answered;

    public long Failed => _counts.Failed;

    public long Unanswered => _counts.Unanswered;

    /// <summary>Of all its operations.</summary>
    public long MaximumNanoseconds { get; private set; }

    internal void Add(in Transaction transaction)
    {
        _counts.Add(transaction.Outcome);
        if (transaction.HasReply)
        {
            MaximumNanoseconds = Math.Max(MaximumNanoseconds, transaction.Latency.GetValueOrDefault().Nanoseconds);
        }
    }
}

/// <summary>Counts by host, servers and clients each for themselves.</summary>
/// <param name="maxHosts">Servers, and clients, told apart; the rest is counted as one.</param>
public sealed class HostTotals(int maxHosts = 10_000)
{
    private readonly Dictionary<Endpoint, HostTotal> _servers = [];
    private readonly Dictionary<Endpoint, HostTotal> _clients = [];

    /// <summary>Those that replied, or did not although they were asked by name of their host; by address.</summary>
    public IReadOnlyList<HostTotal> Servers => Ordered(_servers);

    /// <summary>By address.</summary>
    public IReadOnlyList<HostTotal> Clients => Ordered(_clients);

    /// <summary>Passes over replies without request, and of servers over searches without reply: they went to everybody.</summary>
    /// <remarks>Allocates for a new host only.</remarks>
    public void Add(in Transaction transaction)
    {
        if (transaction.Outcome == Outcome.NoRequest)
        {
            return;
        }

        TotalOf(_clients, transaction.Client.Host).Add(in transaction);
        if (transaction.Operation != Operation.Search || transaction.HasReply)
        {
            TotalOf(_servers, transaction.Server.Host).Add(in transaction);
        }
    }

    private static List<HostTotal> Ordered(Dictionary<Endpoint, HostTotal> totals) =>
        [.. totals.Values.OrderBy(total => total.Host == default).ThenBy(total => total.Host.Address)];

    private HostTotal TotalOf(Dictionary<Endpoint, HostTotal> totals, Endpoint host)
    {
        if (totals.TryGetValue(host, out var total))
        {
            return total;
        }

        var key = totals.Count < maxHosts ? host : default;
        if (!totals.TryGetValue(key, out total))
        {
            totals.Add(key, total = new HostTotal(key));
        }

        return total;
    }
}
