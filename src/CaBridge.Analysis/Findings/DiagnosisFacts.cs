using System.Globalization;
using System.Text;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Findings;

/// <summary>What all findings are told with: who the clients say they are, who serves what, and where the capture has gaps.</summary>
internal sealed class DiagnosisFacts(DiagnosisOptions options)
{
    private const int ShownNames = 5;

    /// <summary>As EPICS Base has it for records with their fields (PVNAME_SZ, 61), and a little more.</summary>
    private const int LongestName = 80;

    private readonly Dictionary<Endpoint, Peer> _peers = [];

    public DiagnosisOptions Options { get; } = options;

    /// <summary>Whether the sensor has seen any reply to a search.</summary>
    public bool SeesSearchReplies { get; set; }

    public GapTimes Gaps { get; } = new();

    public ServedPvs Served { get; } = new();

    /// <summary>CLIENT_NAME or HOST_NAME.</summary>
    public void NotePeer(Endpoint client, string userName, string hostName)
    {
        if (_peers.Count < Options.MaxHosts || _peers.ContainsKey(client.Host))
        {
            _peers[client.Host] = new Peer(userName, hostName);
        }
    }

    /// <summary><c>10.44.0.11 (ops@console)</c>; with the port where the endpoint has one.</summary>
    public string Client(Endpoint client)
    {
        var address = client.HostOrEndpointText();
        return _peers.TryGetValue(client.Host, out var peer) && peer != default ? $"{address} ({peer.UserName}@{peer.HostName})" : address;
    }

    public string Clients(FindingEntry entry) => List(entry.Clients.Select(Client), entry.HasMoreClients ? long.MaxValue : entry.Clients.Count, "clients");

    public static string Servers(FindingEntry entry) => List(entry.Servers.Select(server => server.ToString()), entry.Servers.Count, "servers");

    /// <summary><c>a, b and c</c>, <c>a, b, c, d, e and 95 more PVs</c>.</summary>
    public static string Pvs(FindingEntry entry) => List(entry.Pvs.Select(Name), entry.PvCount, "PVs");

    /// <summary>A name in a sentence: a long one without its middle.</summary>
    public static string Name(PvName? pv) => pv is null ? "a channel unknown here" : Shortened(pv.Text);

    public static string Shortened(string name) =>
        name.Length <= LongestName ? name : $"{name.AsSpan(0, LongestName / 2)}…{name.AsSpan(name.Length - (LongestName / 2))}";

    /// <summary><c>1 channel</c>, <c>1,234 channels</c>.</summary>
    /// <param name="many">Where it is not the one with an s.</param>
    public static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? $"{one}s")}");

    /// <param name="total">More than there are items: the rest is told as a number.</param>
    private static string List(IEnumerable<string> items, long total, string what)
    {
        var shown = items.Take(total > ShownNames + 1 ? ShownNames : ShownNames + 1).ToList();
        var text = new StringBuilder();
        for (var i = 0; i < shown.Count; i++)
        {
            text.Append(i == 0 ? "" : i == shown.Count - 1 && shown.Count == total ? " and " : ", ").Append(shown[i]);
        }

        return shown.Count >= total ? text.ToString()
            : total == long.MaxValue ? $"{text} and more {what}"
            : text.Append(CultureInfo.InvariantCulture, $" and {total - shown.Count:N0} more {what}").ToString();
    }

    private readonly record struct Peer(string UserName, string HostName);
}
