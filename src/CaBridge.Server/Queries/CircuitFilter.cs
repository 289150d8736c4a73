using CaBridge.Analysis;
using CaBridge.Server.Live;

namespace CaBridge.Server.Queries;

/// <summary>Which circuits are asked for.</summary>
internal sealed class CircuitFilter
{
    private readonly HostOrEndpoint? _client;
    private readonly HostOrEndpoint? _server;

    /// <summary>An empty text asks for all.</summary>
    /// <exception cref="QuestionException">One is neither an address nor an endpoint.</exception>
    public CircuitFilter(string client, string server) =>
        (_client, _server) = (HostField.Read(client, "client"), HostField.Read(server, "server"));

    public bool Matches(in OpenCircuit circuit) => _server?.Matches(circuit.Server) != false && _client?.Matches(circuit.Client) != false;
}
