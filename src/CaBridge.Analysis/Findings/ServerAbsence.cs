using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Findings;

/// <summary>What a server did to its clients when it ended its circuits, and how they came back.</summary>
internal sealed class ServerAbsence(CaptureTime first)
{
    private const int MaxClients = 256;
    private const int MaxFrames = 10;

    private readonly Dictionary<Endpoint, ClientLoss> _clients = [];

    public CaptureTime First { get; } = first;

    /// <summary>When the last of its circuits ended.</summary>
    public CaptureTime Last { get; set; } = first;

    public long Circuits { get; set; }

    public long Channels { get; set; }

    /// <summary>The first few.</summary>
    public List<long> Frames { get; } = [];

    /// <summary>The names of <see cref="Channels"/>, as far as they are known and not too many.</summary>
    public List<PvName> Pvs { get; } = [];

    /// <summary>Whether it ended all that it had.</summary>
    public bool IsDown { get; set; }

    /// <summary>Whether it had ended others shortly before: then they did not end at once.</summary>
    public bool IsLate { get; init; }

    /// <summary>When its beacons began anew; null where that was not seen.</summary>
    public CaptureTime? BeaconsAt { get; set; }

    /// <summary>When a channel was created again; null before.</summary>
    public CaptureTime? BackAt { get; set; }

    public void AddFrame(long frame)
    {
        if (Frames.Count < MaxFrames)
        {
            Frames.Add(frame);
        }
    }

    public IEnumerable<ClientLoss> Clients => _clients.Values;

    /// <summary>Whether every client has again as many channels as it lost.</summary>
    public bool IsOver => BackAt is not null && Channels > 0 && _clients.Values.All(client => client.HasAll || client.Lost == 0);

    /// <returns>Null where there are too many clients.</returns>
    public ClientLoss? LossOf(Endpoint client, CaptureTime at)
    {
        if (!_clients.TryGetValue(client.Host, out var loss) && _clients.Count < MaxClients)
        {
            _clients.Add(client.Host, loss = new ClientLoss(client.Host, at));
        }

        return loss;
    }

    public ClientLoss? FindLoss(Endpoint client) => _clients.GetValueOrDefault(client.Host);
}

/// <summary>One client's part in it.</summary>
internal sealed class ClientLoss(Endpoint client, CaptureTime lostAt)
{
    public Endpoint Client { get; } = client;

    public CaptureTime LostAt { get; } = lostAt;

    public long Lost { get; set; }

    public long Recovered { get; set; }

    /// <summary>Whether it has as many again as it lost; never where that is not known.</summary>
    public bool HasAll => Lost > 0 && Recovered >= Lost;

    public CaptureTime RecoveredAt { get; set; }
}
