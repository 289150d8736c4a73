using System.Runtime.InteropServices;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Comparison;

/// <summary>Which hosts answered on a circuit for each PV. A search does not count: of two servers that answer, the client takes one.</summary>
/// <param name="maxPvs">PVs remembered; by their index, so the first of the capture.</param>
internal sealed class PvServers(int maxPvs)
{
    /// <summary>Beyond, a PV's further hosts are passed over.</summary>
    private const int MaxHosts = 8;

    /// <summary>By <see cref="PvName.Index"/>.</summary>
    private readonly Dictionary<int, (PvName Pv, Endpoint[] Hosts)> _hosts = [];

    /// <summary>Allocates only for a PV, or a host of it, that is new.</summary>
    public void Add(in Transaction transaction)
    {
        if (!transaction.HasReply || transaction.Operation == Operation.Search || transaction.Pv is not { Index: >= 0 } pv || pv.Index >= maxPvs)
        {
            return;
        }

        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_hosts, pv.Index, out _);
        foreach (var host in known.Hosts.AsSpan())
        {
            if (host.IsAtHostOf(transaction.Server))
            {
                return;
            }
        }

        if (known.Hosts is null || known.Hosts.Length < MaxHosts)
        {
            known = (pv, [.. known.Hosts ?? [], transaction.Server.Host]);
        }
    }

    /// <summary>PVs that both captures have and no host served in both, by name.</summary>
    public static IReadOnlyList<MovedPv> Moves(PvServers before, PvServers after)
    {
        var former = before._hosts.Values.ToDictionary(entry => entry.Pv.Text, entry => entry.Hosts, StringComparer.Ordinal);
        return
        [
            .. after._hosts.Values
                .Where(entry => former.TryGetValue(entry.Pv.Text, out var hosts) && !hosts.Intersect(entry.Hosts).Any())
                .Select(entry => new MovedPv(entry.Pv.Text, former[entry.Pv.Text], entry.Hosts))
                .OrderBy(moved => moved.Pv, StringComparer.Ordinal),
        ];
    }
}
