using CaBridge.Analysis;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;
using Host = CaBridge.Contracts.V1.Host;

namespace CaBridge.Server.Queries;

/// <summary><c>ListServers</c>.</summary>
internal sealed class ServersQuestion(ListServersRequest request)
{
    private readonly Page _page = Page.Of(request.PageSize, request.PageToken);

    /// <summary>Asked on the loop.</summary>
    public ListServersResponse Answer(LiveState state)
    {
        var tally = state.Open.Tally();
        var (servers, next) = HostPage.Of(state.Statistics.Hosts.Servers, _page, state.Reached, tally.OfServer);
        return new ListServersResponse { Servers = { servers }, NextPageToken = next };
    }
}

/// <summary><c>ListClients</c>.</summary>
internal sealed class ClientsQuestion(ListClientsRequest request)
{
    private readonly Page _page = Page.Of(request.PageSize, request.PageToken);

    /// <summary>Asked on the loop.</summary>
    public ListClientsResponse Answer(LiveState state)
    {
        var tally = state.Open.Tally();
        var (clients, next) = HostPage.Of(state.Statistics.Hosts.Clients, _page, state.Reached, tally.OfClient);
        return new ListClientsResponse { Clients = { clients }, NextPageToken = next };
    }
}

/// <summary>A part of a table of hosts.</summary>
internal static class HostPage
{
    /// <param name="now">Up to when rates are told.</param>
    /// <param name="openOf">What a host has open.</param>
    public static (List<Host> Hosts, string NextToken) Of(
        RecentTable<Endpoint, HostActivity> table, Page page, CaptureTime now, Func<Endpoint, OpenTally.Open> openOf)
    {
        var from = (int)Math.Min(page.Offset ?? 0, table.Count);
        var to = Math.Min(from + page.Size, table.Count);
        var hosts = new List<Host>();
        for (var place = from; place < to; place++)
        {
            var host = table.KeyAt(place);
            hosts.Add(Describe(host, in table.ValueAt(place), openOf(host), now));
        }

        return (hosts, to < table.Count ? Page.Token(to) : "");
    }

    private static Host Describe(Endpoint host, in HostActivity activity, OpenTally.Open open, CaptureTime now) => new()
    {
        Address = host.AddressText(),
        Circuits = open.Circuits,
        Channels = open.Channels,
        Transactions = activity.Transactions,
        Unanswered = activity.Unanswered,
        TransactionsPerSecond = activity.TransactionsPerSecond(now),
        FirstSeen = activity.FirstSeen.ToTimestamp(),
        LastSeen = activity.LastSeen.ToTimestamp(),
        HostName = open.HostName ?? "",
        UserName = open.UserName ?? "",
    };
}
