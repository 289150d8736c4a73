using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Text;

namespace CaBridge.Analysis.Findings;

/// <summary>
/// Servers that end all their circuits within a second and come back: their beacons begin anew, and clients create their channels again. One that does not
/// come back is told after a while. One whose beacons go on has only dropped its clients, and is none.
/// </summary>
internal sealed class RestartRule(FindingLog log, DiagnosisFacts facts, BeaconTable beacons)
{
    /// <summary>Clients whose connection a crashed server did not end notice so much later.</summary>
    private static readonly CaptureDuration LateLoss = CaptureDuration.FromSeconds(120);

    private const int DetailedClients = 16;

    private readonly Dictionary<Endpoint, ServerState> _servers = [];
    private bool _isAnyAbsent;

    /// <summary>Calls for each server with open circuits: since when, and one of their clients.</summary>
    public void ForEachLive(Action<Endpoint, CaptureTime, Endpoint> call)
    {
        foreach (var (server, state) in _servers)
        {
            if (state.Open > 0)
            {
                call(server, state.ConnectedSince, state.Client);
            }
        }
    }

    public void TakeOpened(Circuit circuit, CaptureTime at)
    {
        if (StateOf(circuit.Server) is { } state)
        {
            state.ConnectedSince = state.Open == 0 ? at : state.ConnectedSince;
            state.Client = circuit.Client.Host;
            state.Open++;
        }
    }

    /// <summary>To be called before what the circuit has open is forgotten.</summary>
    public void TakeEnded(Circuit circuit, CaptureTime at, long frame)
    {
        if (!_servers.TryGetValue(circuit.Server, out var state) || state.Open == 0)
        {
            return;
        }

        state.Open--;
        var absence = state.Absence is { } known && at - known.First <= facts.Options.RestartWindow ? known : null;
        if (circuit.IsEndedByServer)
        {
            var isLate = absence is null && state.Absence is { IsDown: false } before && at - before.Last <= facts.Options.GoneAfter;
            _isAnyAbsent = true;
            state.Absence = absence ??= new ServerAbsence(at) { IsLate = isLate };
            AddLoss(absence, circuit, at, frame);
        }

        if (absence is not null)
        {
            absence.IsDown = state.Open == 0 && !absence.IsLate;
        }
    }

    /// <summary>A channel was created.</summary>
    public void TakeCreated(Circuit circuit, PvName? pv, CaptureTime at, long frame)
    {
        if (!_isAnyAbsent || !_servers.TryGetValue(circuit.Server, out var state) || state.Absence is not { IsDown: true } absence)
        {
            return;
        }

        if (absence.BackAt is null && !IsRestart(circuit.Server, state, absence, at))
        {
            log.Remove(KeyOf(circuit.Server, absence.First));
            state.Absence = null;
            return;
        }

        if (absence.IsOver || at - (absence.BackAt ?? at) > LateLoss)
        {
            state.Absence = null;
            return;
        }

        absence.BackAt ??= at;
        var entry = Note(circuit.Server, absence, at);
        entry.Severity = FindingSeverity.Warning;
        entry.Confidence = absence.BeaconsAt is null ? FindingConfidence.Medium : FindingConfidence.High;
        if (absence.FindLoss(circuit.Client) is { HasAll: false } loss)
        {
            loss.Recovered++;
            entry.Count = Math.Max(absence.Channels, absence.Clients.Sum(client => client.Recovered));
            loss.RecoveredAt = at;
            entry.AddClient(loss.Client);
            entry.AddPv(pv);
            entry.AddFrame(frame);
            entry.Last = at;
        }

        entry.IsClosed = absence.IsOver;
    }

    /// <summary>The server's beacons began anew.</summary>
    public void TakeBeacons(Endpoint server, CaptureTime at, long frame)
    {
        if (StateOf(server) is not { } state)
        {
            return;
        }

        state.BeaconsAt = at;
        if (state is { Open: 0, Absence: { BackAt: null } absence })
        {
            absence.IsDown = true;
            absence.BeaconsAt = at;
            absence.AddFrame(frame);
            var entry = Note(server, absence, at);
            entry.Severity = FindingSeverity.Warning;
            entry.Confidence = FindingConfidence.High;
            return;
        }

        var alone = log.Open(KeyOf(server, at), at, ComposeBeacons);
        alone.Severity = state.Open == 0 ? FindingSeverity.Info : FindingSeverity.Warning;
        alone.Amount = state.Open;
        alone.IsClosed = true;
        alone.See(at, frame);
    }

    /// <summary>Looks for servers that do not come back.</summary>
    public void AdvanceTo(CaptureTime now)
    {
        foreach (var (server, state) in _servers)
        {
            if (state.Absence is { IsDown: true, BackAt: null, BeaconsAt: null, Channels: > 0 } absence && now - absence.First >= facts.Options.GoneAfter
                && !(beacons.Find(server)?.SeenAt > absence.Last))
            {
                var entry = Note(server, absence, now);
                entry.Severity = FindingSeverity.Error;
                entry.Longest = now - absence.First;
            }
        }
    }

    private static void AddLoss(ServerAbsence absence, Circuit circuit, CaptureTime at, long frame)
    {
        absence.Last = at;
        absence.Circuits++;
        absence.AddFrame(frame);
        var loss = absence.LossOf(circuit.Client, at);
        var channels = circuit.Operations!.ByCid;
        for (var index = channels.NextIndex(0); index >= 0; index = channels.NextIndex(index + 1))
        {
            ref var channel = ref channels.ValueAt(index);
            if (!channel.HasSid)
            {
                continue;
            }

            absence.Channels++;
            if (loss is not null)
            {
                loss.Lost++;
            }

            if (channel.Pv is { } pv && absence.Pvs.Count < FindingEntry.MaxPvs)
            {
                absence.Pvs.Add(pv);
            }
        }
    }

    /// <summary>Whether what came back was away: its beacons began anew, or the sensor sees none of it.</summary>
    private bool IsRestart(Endpoint server, ServerState state, ServerAbsence absence, CaptureTime at)
    {
        if (absence.BeaconsAt is null && state.BeaconsAt is { } before && absence.First - before <= LateLoss)
        {
            absence.BeaconsAt = before;
        }

        return absence.BeaconsAt is not null || (beacons.Find(server) is null && at - absence.Last >= facts.Options.RestartWindow);
    }

    private static FindingKey KeyOf(Endpoint server, CaptureTime at) =>
        new(FindingKind.ServerRestart, Server: server, Detail: (uint)(at.UnixNanoseconds / CaptureDuration.NanosecondsPerSecond));

    private FindingEntry Note(Endpoint server, ServerAbsence absence, CaptureTime at)
    {
        var entry = log.Open(KeyOf(server, absence.First), absence.First, Compose);
        if (entry.Extra is null)
        {
            entry.Extra = absence;
            entry.Count = absence.Channels;
            absence.Pvs.ForEach(entry.AddPv);
            foreach (var loss in absence.Clients)
            {
                entry.AddClient(loss.Client);
            }
        }

        absence.Frames.ForEach(entry.AddFrame);
        entry.Last = at > entry.Last ? at : entry.Last;
        return entry;
    }

    private ServerState? StateOf(Endpoint server)
    {
        if (!_servers.TryGetValue(server, out var state) && _servers.Count < facts.Options.MaxHosts)
        {
            _servers.Add(server, state = new ServerState());
        }

        return state;
    }

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts)
    {
        // an entry of all restarts that are too many to be told apart has the first one's absence
        var absence = (ServerAbsence)entry.Extra!;
        var server = DiagnosisFacts.Servers(entry);
        var within = absence.Circuits > 1 ? $" within {DurationUnit.Text((absence.Last - absence.First).Nanoseconds)}" : "";
        var lost = $"{DiagnosisFacts.Count(absence.Circuits, "circuit")} ended{within}, with {Channels(absence.Channels)}";
        if (absence is { BackAt: null, BeaconsAt: null })
        {
            return new(
                $"{server} is gone: {lost} of {facts.Clients(entry)}, and it has not been back for {DurationUnit.Span(entry.Longest.Nanoseconds)}",
                "Start the IOC again, or find out why it stopped: its console's log ends at this time.");
        }

        var clients = absence.Clients.Where(loss => loss.Recovered > 0).ToList();
        var without = clients.Count == 0 ? ""
            : $"; {string.Join(", ", clients.Take(4).Select(loss => $"{facts.Client(loss.Client)} was without them for {Without(loss)}"))}{(clients.Count > 4 ? ", and others" : "")}";
        return new(
            $"{server} restarted: {lost}{without}",
            "If nobody restarted it on purpose, its console's log tells why it stopped. How long clients stay without their channels is their search's back-off: beacons that reach them shorten it.",
            Details(absence, facts));
    }

    private static List<string> Details(ServerAbsence absence, DiagnosisFacts facts)
    {
        var details = new List<string>();
        if (absence.BeaconsAt is { } beaconsAt)
        {
            var later = beaconsAt - absence.First;
            details.Add(later < default(CaptureDuration)
                ? $"Its beacons began anew {DurationUnit.Text(-later.Nanoseconds)} before the first of its circuits ended."
                : $"Its beacons began anew after {DurationUnit.Text(later.Nanoseconds)}.");
        }

        details.AddRange(absence.Clients.Take(DetailedClients).Select(loss => loss.Recovered == 0
            ? $"{facts.Client(loss.Client)} lost {Channels(loss.Lost)} and had none again."
            : $"{facts.Client(loss.Client)} lost {Channels(loss.Lost)} and had {loss.Recovered:N0} again, the last after {Without(loss)}."));
        return details;
    }

    /// <summary>Those that were created before the recording are not known.</summary>
    private static string Channels(long count) => count == 0 ? "channels unknown here" : DiagnosisFacts.Count(count, "channel");

    private static string Without(ClientLoss loss) => DurationUnit.Text(CaptureDuration.NotNegative(loss.RecoveredAt - loss.LostAt).Nanoseconds);

    private static FindingWords ComposeBeacons(FindingEntry entry, DiagnosisFacts facts) => new(
        entry.Amount == 0
            ? $"{DiagnosisFacts.Servers(entry)} restarted: its beacons began anew; nobody was connected to it"
            : $"{DiagnosisFacts.Servers(entry)} restarted: its beacons began anew, and {DiagnosisFacts.Count(entry.Amount, "circuit")} that it had never ended",
        "If nobody restarted it on purpose, its console's log tells why it stopped.");

    private sealed class ServerState
    {
        public int Open;
        public CaptureTime ConnectedSince;
        public Endpoint Client;
        public ServerAbsence? Absence;
        public CaptureTime? BeaconsAt;
    }
}
