using System.Runtime.InteropServices;
using CaBridge.Analysis;

namespace CaBridge.Server.Live;

/// <summary>How many circuits and channels each host has open.</summary>
internal sealed class OpenTally
{
    private readonly Dictionary<Endpoint, Open> _servers = [];
    private readonly Dictionary<Endpoint, Open> _clients = [];

    public Open OfServer(Endpoint host) => _servers.GetValueOrDefault(host);

    public Open OfClient(Endpoint host) => _clients.GetValueOrDefault(host);

    public void Add(in OpenCircuit circuit)
    {
        ref var server = ref CollectionsMarshal.GetValueRefOrAddDefault(_servers, circuit.Server.Host, out _);
        server = server with { Circuits = server.Circuits + 1, Channels = server.Channels + circuit.Channels };
        ref var client = ref CollectionsMarshal.GetValueRefOrAddDefault(_clients, circuit.Client.Host, out var isKnown);
        client = client with { Circuits = client.Circuits + 1, Channels = client.Channels + circuit.Channels };
        if (!isKnown || circuit.FirstSeen >= client.Latest)
        {
            client = client with { Latest = circuit.FirstSeen, UserName = circuit.UserName, HostName = circuit.HostName };
        }
    }

    /// <summary>Of one host; <c>default</c> is none.</summary>
    /// <param name="Latest">Of a client: when the latest of its circuits began.</param>
    /// <param name="UserName">Of a client: what was said on that circuit; else null, as <paramref name="HostName"/>.</param>
    internal readonly record struct Open(int Circuits, long Channels, CaptureTime Latest, string? UserName, string? HostName);
}
