namespace CaBridge.Analysis.Connections;

/// <summary>Keeps the slowest connections, and sums by server and by client; bounded.</summary>
/// <param name="maxKept">Connections kept; all are counted.</param>
/// <param name="maxHosts">Servers, and clients, told apart; the rest is summed as one.</param>
public sealed class ConnectionTable(int maxKept = ConnectionTable.DefaultMaxKept, int maxHosts = ConnectionTable.DefaultMaxHosts)
{
    public const int DefaultMaxKept = 10_000;
    public const int DefaultMaxHosts = 10_000;

    private readonly PriorityQueue<ChannelConnection, long> _slowest = new();
    private readonly Dictionary<Endpoint, ConnectionSummary> _servers = [];
    private readonly Dictionary<Endpoint, ConnectionSummary> _clients = [];

    /// <summary>All that were added.</summary>
    public long Count { get; private set; }

    /// <summary>One whose sums are known, and that keeps no connection.</summary>
    /// <param name="count">All that were added.</param>
    public static ConnectionTable Of(long count, IEnumerable<ConnectionSummary> servers, IEnumerable<ConnectionSummary> clients)
    {
        var table = new ConnectionTable(maxKept: 0) { Count = count };
        Array.ForEach([.. servers], server => table._servers.TryAdd(server.Host, server));
        Array.ForEach([.. clients], client => table._clients.TryAdd(client.Host, client));
        return table;
    }

    public void Add(in ChannelConnection connection)
    {
        Count++;
        SummaryOf(_servers, connection.Server).Add(in connection);
        SummaryOf(_clients, connection.Client.Host).Add(in connection);
        if (_slowest.Count < maxKept)
        {
            _slowest.Enqueue(connection, connection.Total.Nanoseconds);
        }
        else if (maxKept > 0 && _slowest.TryPeek(out _, out var least) && connection.Total.Nanoseconds > least)
        {
            _slowest.DequeueEnqueue(connection, connection.Total.Nanoseconds);
        }
    }

    /// <summary>The kept ones, the slowest first.</summary>
    public IReadOnlyList<ChannelConnection> Slowest() =>
        [.. _slowest.UnorderedItems.Select(item => item.Element).OrderByDescending(connection => connection.Total).ThenBy(connection => connection.Start)];

    /// <summary>By address and port; that with the longest total first.</summary>
    public IReadOnlyList<ConnectionSummary> ByServer() => Ordered(_servers);

    /// <summary>By address; that with the longest total first.</summary>
    public IReadOnlyList<ConnectionSummary> ByClient() => Ordered(_clients);

    private static List<ConnectionSummary> Ordered(Dictionary<Endpoint, ConnectionSummary> summaries) =>
        [.. summaries.Values.OrderByDescending(summary => summary.TotalNanoseconds)];

    private ConnectionSummary SummaryOf(Dictionary<Endpoint, ConnectionSummary> summaries, Endpoint endpoint)
    {
        var key = summaries.ContainsKey(endpoint) || summaries.Count < maxHosts ? endpoint : default;
        if (!summaries.TryGetValue(key, out var summary))
        {
            summaries.Add(key, summary = new ConnectionSummary(key));
        }

        return summary;
    }
}
