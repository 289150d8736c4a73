using System.Threading.Channels;
using CaBridge.Contracts.V1;
using CaBridge.Server.Ingest;

namespace CaBridge.Server.Live;

/// <summary>One who looks at live packets. What it does not fetch in time is lost to it, and counted.</summary>
/// <param name="sensors">All if there are none.</param>
/// <param name="hosts">Of whose packets it is told; null of all.</param>
/// <param name="maxBatches">How many may wait.</param>
internal sealed class Viewer(IEnumerable<string> sensors, HostFilter? hosts, int maxBatches) : IDisposable
{
    private readonly HashSet<string> _sensors = new(sensors, StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Channel<PacketBatch> _batches = System.Threading.Channels.Channel.CreateBounded<PacketBatch>(
        new BoundedChannelOptions(maxBatches) { SingleReader = true, SingleWriter = true });

    private long _lost;

    /// <summary>Packets that this viewer did not get, since it came.</summary>
    public long LostPackets { get; private set; }

    /// <summary>In the order in which the loop took them in.</summary>
    public ChannelReader<PacketBatch> Batches => _batches.Reader;

    public void Dispose() => _batches.Writer.TryComplete();

    /// <summary>Called by the loop for each batch that tells something. The batch is shared, and nobody's to change any more.</summary>
    public void Offer(SensorSession session, PacketBatch batch)
    {
        if (_sensors.Count > 0 && !_sensors.Contains(session.Sensor))
        {
            return;
        }

        if (hosts is null)
        {
            Write(session, batch);
        }
        else if (hosts.TryChoose(batch, session.LinkTypes, out var chosen))
        {
            Write(session, chosen);
        }
    }

    private void Write(SensorSession session, PacketBatch batch)
    {
        if (_lost > 0)
        {
            // what was lost may have told of interfaces: all sensors are introduced again
            _known.Clear();
        }

        var isNew = !_known.Contains(session.Id);
        if ((isNew || _lost > 0) && _batches.Writer.TryWrite(new PacketBatch
        {
            SessionId = session.Id,
            Hello = isNew ? session.ToHello() : null,
            LostPackets = (ulong)_lost,
        }))
        {
            (isNew, _lost) = (false, 0);
            _known.Add(session.Id);
        }

        if (isNew || _lost > 0 || !_batches.Writer.TryWrite(batch))
        {
            _lost += batch.CapturedLengths.Count;
            LostPackets += batch.CapturedLengths.Count;
        }
    }
}
