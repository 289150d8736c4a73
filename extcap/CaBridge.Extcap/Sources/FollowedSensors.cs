using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Contracts.V1;
using CaBridge.Extcap.Output;
using Google.Protobuf.Collections;

namespace CaBridge.Extcap.Sources;

/// <summary>The sensors that a server tells of, by their sessions. A sensor's devices stay the same interfaces of Wireshark's over its sessions.</summary>
internal sealed class FollowedSensors(PacketFlow flow, PacketOutput output)
{
    private readonly Dictionary<string, FollowedSensor> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Sensor, Interface Device), int> _interfaces = [];
    private readonly Dictionary<string, Loss> _losses = new(StringComparer.Ordinal);

    public int Count => _sessions.Count;

    /// <returns>Null where the batch's session was never introduced.</returns>
    public FollowedSensor? Find(PacketBatch batch)
    {
        var session = batch.Hello?.SessionId ?? batch.SessionId;
        if (!_sessions.TryGetValue(session, out var sensor))
        {
            if (batch.Hello is null)
            {
                return null;
            }

            // sessions of one sensor follow each other
            foreach (var (old, _) in _sessions.Where(known => string.Equals(known.Value.Name, batch.Hello.Sensor, StringComparison.Ordinal)).ToList())
            {
                _sessions.Remove(old);
            }

            sensor = new FollowedSensor(batch.Hello.Sensor, flow.AddSensor());
            _sessions.Add(session, sensor);
        }

        if (batch.Hello is { } hello)
        {
            Describe(sensor, before: 0, hello.Interfaces);
        }

        Describe(sensor, (int)batch.InterfacesBefore, batch.NewInterfaces);
        if (batch.Counters is { } counters && sensor.Flow.Interfaces.Count > 0)
        {
            _losses[sensor.Name] = new Loss(
                sensor.Flow.Interfaces[0], new CaptureTime(Math.Max(0, counters.LastUnixNs)), (long)counters.Frames, (long)(counters.DroppedByKernel + counters.DroppedByAgent));
        }

        return sensor;
    }

    /// <summary>What each sensor counted; the server's losses are told with the first.</summary>
    public void WriteStatistics(long lost, bool isLast)
    {
        foreach (var loss in _losses.Values)
        {
            output.WriteStatistics(loss.Interface, new InterfaceStatistics(loss.Time, loss.Received, loss.Dropped + lost), isLast);
            lost = 0;
        }
    }

    /// <param name="before">How many the sensor had before these.</param>
    private void Describe(FollowedSensor sensor, int before, RepeatedField<Interface> devices)
    {
        for (var i = Math.Max(0, sensor.LinkTypes.Count - before); i < devices.Count; i++)
        {
            var device = devices[i];
            if (!_interfaces.TryGetValue((sensor.Name, device), out var index))
            {
                // a recording that an agent sends has no devices
                index = output.AddInterface(new CaptureInterface(
                    device.Name.Length == 0 ? sensor.Name : $"{sensor.Name}/{device.Name}",
                    device.Description.Length == 0 ? $"sensor {sensor.Name}" : $"sensor {sensor.Name}: {device.Description}",
                    (LinkType)device.LinkType,
                    (int)Math.Min(device.SnapLength == 0 ? int.MaxValue : device.SnapLength, PacketOutput.MaxPacketBytes)));
                _interfaces.Add((sensor.Name, device), index);
            }

            sensor.LinkTypes.Add((LinkType)device.LinkType);
            sensor.Flow.Interfaces.Add(index);
        }
    }

    private readonly record struct Loss(int Interface, CaptureTime Time, long Received, long Dropped);
}

/// <summary>One run of a sensor's capture.</summary>
internal sealed record FollowedSensor(string Name, PacketFlow.Sensor Flow)
{
    /// <summary>Of its interfaces.</summary>
    public List<LinkType> LinkTypes { get; } = [];
}
