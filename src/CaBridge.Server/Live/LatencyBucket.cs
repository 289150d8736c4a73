using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Live;

/// <summary>What ended in one span of capture time: latencies in groups, and the account of each operation.</summary>
/// <param name="start">Of the span, inclusive.</param>
/// <param name="length">Of the span.</param>
/// <param name="maxGroups">Of each grouping.</param>
internal sealed class LatencyBucket(CaptureTime start, CaptureDuration length, int maxGroups)
{
    private static readonly LatencyTableOptions HistogramsOnly = new() { MaxExactValuesPerGroup = 0, MaxExactValues = 0 };

    private readonly LatencyTable[] _tables =
    [
        .. Enum.GetValues<LatencyGrouping>().Select(grouping => new LatencyTable(grouping, HistogramsOnly with { MaxGroups = maxGroups })),
    ];

    private readonly Dictionary<int, SensorPart> _sensors = [];

    public CaptureTime Start { get; } = start;

    public CaptureTime End { get; } = start + length;

    public int GroupCount => _tables.Sum(table => table.GroupCount);

    public LatencyTable this[LatencyGrouping grouping] => _tables[(int)grouping];

    public IReadOnlyDictionary<int, SensorPart> Sensors => _sensors;

    public void Add(int sensor, in Transaction transaction)
    {
        foreach (var table in _tables)
        {
            table.Add(in transaction);
        }

        PartOf(sensor).Add(in transaction);
    }

    public void Merge(LatencyBucket other)
    {
        for (var i = 0; i < _tables.Length; i++)
        {
            _tables[i].Merge(other._tables[i]);
        }

        foreach (var (sensor, part) in other._sensors)
        {
            PartOf(sensor).Merge(part);
        }
    }

    private SensorPart PartOf(int sensor)
    {
        if (!_sensors.TryGetValue(sensor, out var part))
        {
            part = new SensorPart();
            _sensors.Add(sensor, part);
        }

        return part;
    }
}
