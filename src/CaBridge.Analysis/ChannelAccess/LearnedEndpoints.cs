using CaBridge.Analysis.State;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Who has been seen to speak Channel Access, and where; bounded, the first to come stay.</summary>
/// <param name="limit">Endpoints held of each kind.</param>
internal sealed class LearnedEndpoints(int limit)
{
    /// <summary>The port of servers' searches and circuits (<c>CA_SERVER_PORT</c>, IANA ca-1).</summary>
    public const ushort ServerPort = 5064;

    /// <summary>The port of beacons and of the repeater (<c>CA_REPEATER_PORT</c>, IANA ca-2).</summary>
    public const ushort RepeaterPort = 5065;

    private readonly HashSet<Endpoint> _circuits = [];
    private readonly HashSet<Endpoint> _datagrams = [];

    /// <summary>Takes what a SEARCH, its reply or a beacon tells of who speaks Channel Access; other messages tell nothing.</summary>
    /// <param name="source">Who sent the message.</param>
    public void Learn(Transport transport, Endpoint source, in CaMessage message)
    {
        var header = message.Header;
        if (header.Command == CaCommand.RsrvIsUp)
        {
            AddServer(DatagramReader.Advertised(header.Parameter2, header.DataCount == 0 ? ServerPort : (ushort)header.DataCount, source));
        }
        else if (header.Command == CaCommand.Search)
        {
            if (!DatagramReader.IsSearchRequest(header))
            {
                AddServer(DatagramReader.Advertised(header.Parameter1, header.DataType, source));
            }

            if (transport == Transport.Udp)
            {
                AddDatagramEndpoint(source);
            }
        }
    }

    /// <summary>A search reply or a beacon told that circuits are accepted here.</summary>
    public void AddServer(Endpoint server)
    {
        if (_circuits.Count < limit)
        {
            _circuits.Add(server);
        }
    }

    /// <summary>A datagram that could be nothing else came from here.</summary>
    public void AddDatagramEndpoint(Endpoint endpoint)
    {
        if (_datagrams.Count < limit)
        {
            _datagrams.Add(endpoint);
        }
    }

    public bool IsServer(Endpoint endpoint) => _circuits.Contains(endpoint);

    public bool IsDatagramEndpoint(Endpoint endpoint) => endpoint.Port is ServerPort or RepeaterPort || _datagrams.Contains(endpoint);

    public void Keep(StateArchive archive)
    {
        _circuits.UnionWith(archive.Items(_circuits, archive.Value));
        _datagrams.UnionWith(archive.Items(_datagrams, archive.Value));
    }
}
