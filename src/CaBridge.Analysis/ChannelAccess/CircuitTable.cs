using CaBridge.Analysis.State;
using CaBridge.Analysis.Tcp;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>
/// The connections that are known, by their endpoints; bounded. Circuits are used again: what leaves the table is reset for the next, and what a
/// circuit had open is lent to another as soon as it ends.
/// </summary>
internal sealed class CircuitTable(AnalyzerOptions options, AnomalyLog anomalies, int dataLimit)
{
    /// <summary>An ended connection is remembered so long, so that its last retransmissions are not taken for a new one (2 × MSL, RFC 9293 3.4.2).</summary>
    public static readonly CaptureDuration ClosedMemory = CaptureDuration.FromSeconds(120);

    /// <summary>A client probes a circuit after 30 s of silence (ECHO): one that nothing was heard of for so long has ended unseen.</summary>
    private static readonly CaptureDuration SilentMemory = CaptureDuration.FromSeconds(600);

    private readonly Dictionary<FlowKey, Circuit> _circuits = [];
    private readonly CircuitList _open = new();
    private readonly CircuitList _ended = new();
    private readonly List<Circuit> _places = [];
    private readonly Stack<Circuit> _free = new();
    private readonly Stack<CircuitOperations> _freeOperations = new();
    private Circuit? _last;

    /// <summary>What all connections hold out of order.</summary>
    public HeldMemory Memory { get; } = new();

    /// <summary>Of those that have not ended, the one that was silent the longest; with <see cref="Circuit.Newer"/> a walk over all of them.</summary>
    public Circuit? OldestOpen => _open.Oldest;

    /// <summary>The circuit that must go before another one is added, if there is one: the host ends it, then calls <see cref="Remove"/>.</summary>
    public Circuit? Overdue(CaptureTime now)
    {
        if (_ended.Oldest is { } ended && now - ended.LastSeen > ClosedMemory)
        {
            return ended;
        }

        if (_open.Oldest is { } silent && HasFallenSilent(silent, now))
        {
            return silent;
        }

        return _circuits.Count >= options.MaxCircuits ? _ended.Oldest ?? _open.Oldest : null;
    }

    /// <summary>Whether a circuit is to be forgotten because it has ended unseen, not for want of room.</summary>
    public static bool HasFallenSilent(Circuit circuit, CaptureTime now) => now - circuit.LastSeen > SilentMemory;

    public Circuit? Find(FlowKey key) => _last is { } last && last.Key.Equals(key) ? last : _circuits.GetValueOrDefault(key);

    /// <summary>Those that are known to be circuits and have not ended.</summary>
    public int OpenCount { get; private set; }

    /// <summary>The place of the first open circuit at or after <paramref name="from"/>, -1 if there is none; circuits stay in theirs.</summary>
    public int NextOpen(int from)
    {
        for (var place = from; place < _places.Count; place++)
        {
            if (_places[place].Operations is not null)
            {
                return place;
            }
        }

        return -1;
    }

    public Circuit At(int place) => _places[place];

    public Circuit Add(FlowKey key, CaptureTime time)
    {
        var circuit = _free.Count > 0 ? _free.Pop() : Make();
        circuit.Reset(key, time);
        _circuits.Add(key, circuit);
        _open.AddNewest(circuit);
        return circuit;
    }

    /// <summary>Marks a circuit as the one heard last.</summary>
    public void Touch(Circuit circuit, CaptureTime time, long frame)
    {
        circuit.LastSeen = time;
        circuit.LastFrame = frame;
        _last = circuit;
        ListOf(circuit).MakeNewest(circuit);
    }

    /// <summary>A connection has turned out to be a circuit, and needs room for what it will have open.</summary>
    public void Equip(Circuit circuit)
    {
        circuit.Operations = _freeOperations.Count > 0 ? _freeOperations.Pop() : new CircuitOperations();
        OpenCount++;
    }

    /// <summary>A connection is over, or of no interest: its endpoints and its handshake stay, to know its last segments by.</summary>
    public void End(Circuit circuit, CircuitState state)
    {
        _open.Remove(circuit);
        _ended.AddNewest(circuit);
        circuit.State = state;
        circuit.HasEnded = true;
        circuit.Held.Clear();
        circuit.Connection.Reset();
        if (circuit.Operations is { } operations)
        {
            operations.Clear();
            _freeOperations.Push(operations);
            circuit.Operations = null;
            OpenCount--;
        }

        foreach (var decoder in circuit.Decoders)
        {
            decoder.Release();
        }
    }

    public void Remove(Circuit circuit)
    {
        _circuits.Remove(circuit.Key);
        ListOf(circuit).Remove(circuit);
        _last = null;
        circuit.Reset(default, default);
        _free.Push(circuit);
    }

    private Circuit Make()
    {
        var circuit = new Circuit(options, Memory, anomalies, dataLimit, _places.Count);
        _places.Add(circuit);
        return circuit;
    }

    private CircuitList ListOf(Circuit circuit) => circuit.HasEnded ? _ended : _open;

    public void Keep(StateArchive archive)
    {
        var places = archive.Count(_places.Count);
        while (_places.Count < places)
        {
            Make();
        }

        Keep(archive, _ended);
        Keep(archive, _open);
        if (archive.IsLoading)
        {
            var used = _circuits.Values.ToHashSet();
            _places.Where(circuit => !used.Contains(circuit)).Reverse().ToList().ForEach(_free.Push);
        }
    }

    private void Keep(StateArchive archive, CircuitList list)
    {
        var circuits = new List<Circuit>();
        for (var circuit = list.Oldest; circuit is not null; circuit = circuit.Newer)
        {
            circuits.Add(circuit);
        }

        foreach (var circuit in archive.Items(circuits, circuit => Keep(archive, circuit)))
        {
            _circuits.Add(circuit.Key, circuit);
            list.AddNewest(circuit);
        }
    }

    private Circuit Keep(StateArchive archive, Circuit? circuit)
    {
        var place = archive.Value(circuit?.Place ?? 0);
        var isEquipped = archive.Value(circuit?.Operations is not null);
        if (circuit is null)
        {
            circuit = (uint)place < (uint)_places.Count ? _places[place] : throw new StateException($"The saved state has a circuit at {place} of {_places.Count} places.");
            circuit.Reset(default, default);
            if (isEquipped)
            {
                Equip(circuit);
            }
        }

        circuit.Keep(archive);
        return circuit;
    }
}
