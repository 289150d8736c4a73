namespace CaBridge.Analysis.Connections;

/// <summary>Keeps the slowest connections, and sums by server and by client; bounded.</summary>
/// <param name="maxKept">Connections kept; all are counted.</param>
/// <param name="maxHosts">Servers, and clients, told apart; the rest is summed as one.</param>
public sealed class ConnectionTable(int maxKept = ConnectionTable.DefaultMaxKept, int maxHosts = ConnectionTable.DefaultMaxHosts)
{
    public const int DefaultMaxKept = 10_000;
    public const int DefaultMaxHosts = 10_000;

    private readonly List<ChannelConnection> _kept = [];

    /// <summary>The places in <see cref="_kept"/>, that of the fastest first: connections are large, and would be moved about.</summary>
    private readonly PriorityQueue<int, long> _fastest = new();
    private readonly Dictionary<Endpoint, ConnectionSummary> _servers = [];
    private readonly Dictionary<Endpoint, ConnectionSummary> _clients = [];
    private ConnectionSummary? _server;
    private ConnectionSummary? _client;

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
        _server = SummaryOf(_server, _servers, connection.Server);
        _server.Add(in connection);
        _client = SummaryOf(_client, _clients, connection.Client.Host);
        _client.Add(in connection);
        var total = connection.Total.Nanoseconds;
        if (_kept.Count < maxKept)
        {
            _fastest.Enqueue(_kept.Count, total);
            _kept.Add(connection);
        }
        else if (_fastest.TryPeek(out var place, out var least) && total > least)
        {
            _kept[place] = connection;
            _fastest.DequeueEnqueue(place, total);
        }
    }

    /// <summary>The kept ones, the slowest first.</summary>
    public IReadOnlyList<ChannelConnection> Slowest() =>
        [.. _kept.OrderByDescending(connection => connection.Total).ThenBy(connection => connection.Start)];

    /// <summary>By address and port; that with the longest total first.</summary>
    public IReadOnlyList<ConnectionSummary> ByServer() => Ordered(_servers);

    /// <summary>By address; that with the longest total first.</summary>
    public IReadOnlyList<ConnectionSummary> ByClient() => Ordered(_clients);

    private static List<ConnectionSummary> Ordered(Dictionary<Endpoint, ConnectionSummary> summaries) =>
        [.. summaries.Values.OrderByDescending(summary => summary.TotalNanoseconds)];

    /// <param name="latest">The one that was asked for before: most connections come in a row.</param>
    private ConnectionSummary SummaryOf(ConnectionSummary? latest, Dictionary<Endpoint, ConnectionSummary> summaries, Endpoint endpoint)
    {
        if (latest is not null && latest.Host == endpoint)
        {
            return latest;
        }

        if (summaries.TryGetValue(endpoint, out var summary))
        {
            return summary;
        }

        var key = summaries.Count < maxHosts ? endpoint : default;
        if (!summaries.TryGetValue(key, out summary))
        {
            summaries.Add(key, summary = new ConnectionSummary(key));
        }

        return summary;
    }
}
