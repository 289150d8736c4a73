using CaBridge.Analysis;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;

namespace CaBridge.Server.Queries;

/// <summary><c>ListCircuits</c>.</summary>
internal sealed class CircuitsQuestion(ListCircuitsRequest request)
{
    private readonly CircuitFilter _filter = new(request.Client, request.Server);
    private readonly Page _page = Page.Of(request.PageSize, request.PageToken);

    /// <summary>Asked on the loop.</summary>
    public ListCircuitsResponse Answer(LiveState state)
    {
        var walk = new OpenWalk(state.Open, _page, static (analyzer, from) => analyzer.NextCircuit(from));
        var response = new ListCircuitsResponse();
        while (response.Circuits.Count < _page.Size && walk.TryNext(out var sensor, out var place))
        {
            var circuit = sensor.Session.Analyzer.CircuitAt(place);
            if (_filter.Matches(in circuit) && walk.Counts(sensor, in circuit))
            {
                response.Circuits.Add(Describe(in circuit, sensor, state));
                walk.Pay(state.Open.Sensors.Count);
            }
        }

        response.NextPageToken = walk.NextToken;
        return response;
    }

    private static Circuit Describe(in OpenCircuit circuit, SensorState sensor, LiveState state)
    {
        var message = new Circuit
        {
            Client = circuit.Client.ToString(),
            Server = circuit.Server.ToString(),
            Sensors = { state.Open.SensorsOf(in circuit, first: sensor).Select(seen => seen.Name) },
            UserName = circuit.UserName,
            HostName = circuit.HostName,
            Channels = circuit.Channels,
            Subscriptions = circuit.Subscriptions,
            Transactions = circuit.Transactions,
            TransactionsPerSecond = state.Statistics.Views.PerSecond(circuit.Client, circuit.Server, sensor.Session.LastPacket ?? circuit.LastSeen),
            FirstSeen = circuit.FirstSeen.ToTimestamp(),
            LastSeen = circuit.LastSeen.ToTimestamp(),
        };
        if (circuit.ClientMinorVersion is { } clientVersion)
        {
            message.ClientMinorVersion = clientVersion;
        }

        if (circuit.ServerMinorVersion is { } serverVersion)
        {
            message.ServerMinorVersion = serverVersion;
        }

        if (circuit.Priority is { } priority)
        {
            message.Priority = priority;
        }

        return message;
    }
}
