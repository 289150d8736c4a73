using CaBridge.Analysis;

namespace CaBridge.Server.Live;

/// <summary>What the sensors' analyzers have open, as one: a circuit that several see is that of one of them.</summary>
/// <param name="sensors">By index.</param>
/// <param name="views">Which sensor's view of a circuit counts, where operations of it have ended.</param>
internal sealed class OpenTables(IReadOnlyList<SensorState> sensors, CircuitViews views)
{
    private OpenTally? _tally;

    /// <summary>By index, as places of circuits and channels are those of one sensor.</summary>
    public IReadOnlyList<SensorState> Sensors => sensors;

    /// <summary>The sensors that see a circuit.</summary>
    /// <param name="first">The one whose view counts.</param>
    public IEnumerable<SensorState> SensorsOf(in OpenCircuit circuit, SensorState first)
    {
        var (client, server) = (circuit.Client, circuit.Server);
        return sensors.Where(sensor => sensor != first && Sees(sensor, client, server)).Prepend(first);
    }

    /// <summary>Whether a sensor's view of a circuit that it sees is the one that counts: of those that see it now, else the first that does.</summary>
    public bool Counts(SensorState sensor, in OpenCircuit circuit)
    {
        if (sensors.Count == 1)
        {
            return true;
        }

        var (client, server) = (circuit.Client, circuit.Server);
        var chosen = views.SensorOf(client, server);
        if (chosen == sensor.Index)
        {
            return true;
        }

        if (chosen is { } other && Sees(sensors[other], client, server))
        {
            return false;
        }

        for (var index = 0; index < sensor.Index; index++)
        {
            if (Sees(sensors[index], client, server))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What each host has open, each circuit once; counted anew at most once between two calls of <see cref="ForgetTally"/>.</summary>
    public OpenTally Tally() => _tally ??= Count();

    public void ForgetTally() => _tally = null;

    private OpenTally Count()
    {
        var tally = new OpenTally();
        foreach (var sensor in sensors)
        {
            var analyzer = sensor.Session.Analyzer;
            for (var place = analyzer.NextCircuit(0); place >= 0; place = analyzer.NextCircuit(place + 1))
            {
                var circuit = analyzer.CircuitAt(place);
                if (Counts(sensor, in circuit))
                {
                    tally.Add(in circuit);
                }
            }
        }

        return tally;
    }

    private static bool Sees(SensorState sensor, Endpoint client, Endpoint server) => sensor.Session.Analyzer.HasCircuit(client, server);
}
