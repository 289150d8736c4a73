using System.Diagnostics.CodeAnalysis;
using CaBridge.Analysis;
using CaBridge.Server.Live;

namespace CaBridge.Server.Queries;

/// <summary>
/// Walks over the places of all sensors' circuits or channels, for one page: it ends early where it has looked at so much that the loop would be
/// held up. The next page goes on behind the last place.
/// </summary>
/// <param name="next">The place of the first entry of an analyzer at or after another place; -1 if there is none.</param>
internal sealed class OpenWalk(OpenTables tables, Page page, Func<Analyzer, int, int> next)
{
    /// <summary>Entries looked at for one page: a few milliseconds.</summary>
    public const int MaxLooks = 16_384;

    private const int PlaceBits = 32;

    /// <summary>Circuits of the sensor that the walk is at, by place, and whether its view of them counts.</summary>
    private readonly Dictionary<int, bool> _counts = [];
    private int _sensor = (int)Math.Min((page.Offset ?? 0) >> PlaceBits, int.MaxValue);
    private int _place = (int)Math.Min((page.Offset ?? 0) & uint.MaxValue, int.MaxValue);
    private int _looks;

    /// <summary>Empty where the walk came to its end.</summary>
    public string NextToken => _sensor >= tables.Sensors.Count ? "" : Page.Token(((long)_sensor << PlaceBits) | (uint)_place);

    /// <summary>Goes to the next entry.</summary>
    /// <returns>False at the end, or where the page has cost enough.</returns>
    public bool TryNext([NotNullWhen(true)] out SensorState? sensor, out int place)
    {
        for (; _sensor < tables.Sensors.Count && _looks < MaxLooks; (_sensor, _place) = (_sensor + 1, 0))
        {
            sensor = tables.Sensors[_sensor];
            place = next(sensor.Session.Analyzer, _place);
            _looks++;
            if (place >= 0)
            {
                _place = place + 1;
                return true;
            }

            _counts.Clear();
        }

        (sensor, place) = (null, -1);
        return false;
    }

    /// <summary>Whether the view that the sensor has of a circuit counts.</summary>
    public bool Counts(SensorState sensor, in OpenCircuit circuit)
    {
        if (!_counts.TryGetValue(circuit.Place, out var counts))
        {
            counts = tables.Counts(sensor, in circuit);
            _looks += tables.Sensors.Count;
            _counts.Add(circuit.Place, counts);
        }

        return counts;
    }

    /// <summary>Something else has cost as much as so many entries.</summary>
    public void Pay(int looks) => _looks += looks;
}
