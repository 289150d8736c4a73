using System.Diagnostics.Metrics;
using CaBridge.Server.Live;

namespace CaBridge.Server.Metrics;

/// <summary>The instruments of which each sensor has a series.</summary>
internal sealed class SensorMeters(Meter meter, LoopReadings readings, MetricsOptions options)
{
    private const string Other = "other";

    public void Add()
    {
        AddTotal("cabridge.sensor.packets", "{packets}", "Packets taken in.", totals => totals.Packets);
        AddTotal("cabridge.sensor", "By", "Bytes of packets taken in.", totals => totals.Bytes);
        AddTotal("cabridge.sensor.batches", "{batches}", "Batches taken in.", totals => totals.Batches);
        AddTotal("cabridge.sensor.frames", "{frames}", "Frames that the sensor's capture saw.", totals => totals.Frames);
        AddTotal("cabridge.sensor.missing_batches", "{batches}", "Batches that the agent gave up before they were taken in.", totals => totals.BatchesMissing);
        AddTotal("cabridge.sensor.circuits", "{circuits}", "Circuits seen, each instance.", totals => totals.Circuits);
        meter.CreateObservableCounter(
            "cabridge.sensor.lost_packets",
            () => Told().SelectMany(told => (Measurement<long>[])
            [
                new(told.Totals.DroppedByKernel, Sensor(told.Name), new("at", "kernel")),
                new(told.Totals.DroppedByAgent, Sensor(told.Name), new("at", "agent")),
            ]),
            "{packets}",
            "Packets lost before they were sent: by the kernel or device, or by the agent whose spool was full.");
        meter.CreateObservableCounter(
            "cabridge.sensor.operations_seen_elsewhere",
            () => Told().Select(told => new Measurement<long>(told.SeenByOthers, Sensor(told.Name))),
            "{operations}",
            "Operations that another sensor's view is counted of.");
        AddGauge("cabridge.sensor.open_requests", "{requests}", "Requests that wait for their reply.", told => told.Open);
        AddGauge("cabridge.sensor.open_circuits", "{circuits}", "Circuits that are open, as the sensor sees them.", told => told.Circuits);
        AddGauge("cabridge.sensor.open_channels", "{channels}", "Channels that are open, as the sensor sees them.", told => told.Channels);
        meter.CreateObservableGauge(
            "cabridge.sensor.connected", () => Told().Select(told => new Measurement<int>(told.Connected, Sensor(told.Name))), "{sensors}", "1 while the agent is connected.");
        meter.CreateObservableGauge(
            "cabridge.sensor.clock_offset",
            () => readings.Latest.Sensors.Take(options.MaxSensors)
                .Where(sensor => sensor.ClockOffset is not null)
                .Select(sensor => new Measurement<double>(sensor.ClockOffset.GetValueOrDefault().TotalSeconds, Sensor(sensor.Name))),
            "s",
            "The server's clock minus the agent's, transport included.");
    }

    private static KeyValuePair<string, object?> Sensor(string name) => new("sensor", name);

    private void AddTotal(string name, string unit, string description, Func<SensorTotals, long> total) => meter.CreateObservableCounter(
        name, () => Told().Select(told => new Measurement<long>(total(told.Totals), Sensor(told.Name))), unit, description);

    private void AddGauge(string name, string unit, string description, Func<Series, long> value) => meter.CreateObservableGauge(
        name, () => Told().Select(told => new Measurement<long>(value(told), Sensor(told.Name))), unit, description);

    /// <summary>The sensors that have a series of their own, then the rest as one.</summary>
    private IEnumerable<Series> Told()
    {
        var sensors = readings.Latest.Sensors;
        foreach (var sensor in sensors.Take(options.MaxSensors))
        {
            yield return SeriesOf(sensor) with { Name = sensor.Name };
        }

        if (sensors.Count > options.MaxSensors)
        {
            yield return sensors.Skip(options.MaxSensors).Select(SeriesOf).Aggregate((sum, next) => new Series(
                Other,
                sum.Totals + next.Totals,
                sum.Open + next.Open,
                sum.Circuits + next.Circuits,
                sum.Channels + next.Channels,
                sum.SeenByOthers + next.SeenByOthers,
                sum.Connected + next.Connected));
        }
    }

    private static Series SeriesOf(SensorReading sensor) =>
        new(Other, sensor.Totals, sensor.Open, sensor.Circuits, sensor.Channels, sensor.SeenByOthers, sensor.IsConnected ? 1 : 0);

    private readonly record struct Series(
        string Name, SensorTotals Totals, long Open, long Circuits, long Channels, long SeenByOthers, int Connected);
}
