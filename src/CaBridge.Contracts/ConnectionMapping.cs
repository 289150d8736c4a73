using CaBridge.Analysis;
using CaBridge.Analysis.Connections;

namespace CaBridge.Contracts;

/// <summary>Where connections' time went, to and from <see cref="V1.ConnectionTotals"/>.</summary>
public static class ConnectionMapping
{
    /// <param name="maxHosts">Servers, and clients, that are told.</param>
    public static V1.ConnectionTotals ToMessage(this ConnectionTable connections, int maxHosts)
    {
        ArgumentNullException.ThrowIfNull(connections);
        return new V1.ConnectionTotals
        {
            Count = connections.Count,
            ByServer = { connections.ByServer().Take(maxHosts).Select(ToMessage) },
            ByClient = { connections.ByClient().Take(maxHosts).Select(ToMessage) },
        };
    }

    public static ConnectionTable ToTable(this V1.ConnectionTotals? message) =>
        message is null ? new ConnectionTable() : ConnectionTable.Of(message.Count, message.ByServer.Select(ToSummary), message.ByClient.Select(ToSummary));

    private static V1.ConnectionSummary ToMessage(ConnectionSummary summary)
    {
        var message = new V1.ConnectionSummary
        {
            Host = summary.Host == default ? "" : summary.Host.HostOrEndpointText(),
            Count = summary.Count,
            Reconnections = summary.Reconnections,
            WithValue = summary.WithValue,
            TotalNs = summary.TotalNanoseconds,
            MaxNs = summary.MaximumNanoseconds,
            SearchBackoffNs = summary[ConnectionWait.SearchBackoff],
            NetworkNs = summary[ConnectionWait.Network],
            ServerNs = summary[ConnectionWait.Server],
            ClientNs = summary[ConnectionWait.Client],
        };
        if (summary.RoundTrip is { } roundTrip)
        {
            message.RoundTripNs = roundTrip.Nanoseconds;
        }

        return message;
    }

    private static ConnectionSummary ToSummary(V1.ConnectionSummary message) => new(
        ReportReading.EndpointOf(message.Host),
        message.Count,
        message.Reconnections,
        message.WithValue,
        message.MaxNs,
        message.HasRoundTripNs ? new CaptureDuration(message.RoundTripNs) : null,
        message.SearchBackoffNs,
        message.NetworkNs,
        message.ServerNs,
        message.ClientNs);
}
