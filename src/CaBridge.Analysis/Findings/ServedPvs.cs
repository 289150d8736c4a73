using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Findings;

/// <summary>Names that a server was seen to have, by <see cref="PvName.Index"/>.</summary>
internal sealed class ServedPvs
{
    private const int MaxRemembered = 1 << 20;

    private readonly HashSet<Endpoint> _known = [];
    private Endpoint[] _servers = [];

    public void Add(PvName pv, Endpoint server)
    {
        if ((uint)pv.Index >= MaxRemembered)
        {
            return;
        }

        if (pv.Index >= _servers.Length)
        {
            Array.Resize(ref _servers, Math.Min(MaxRemembered, Math.Max(pv.Index + 1, Math.Max(64, _servers.Length * 2))));
        }

        _servers[pv.Index] = server;
    }

    /// <summary>Null where none was seen.</summary>
    public Endpoint? Of(PvName pv) => (uint)pv.Index < (uint)_servers.Length && _servers[pv.Index] is var server && server != default ? server : null;

    /// <summary>Whether a server was seen to have any of the names: it answers searches. Looks through all of them until it is found once.</summary>
    public bool HasServer(Endpoint server) => _known.Contains(server) || (_servers.AsSpan().Contains(server) && _known.Add(server));
}
