using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Live;

/// <summary>
/// Which sensor's view of a circuit counts: the one that told of it first. Another one takes over where the first has been silent on the circuit
/// for a minute of its own capture, or is gone; one that only lags behind, as it catches up or reads a file, is waited for. A client's searches are
/// one circuit, by its socket.
/// </summary>
/// <param name="maxCircuits">Held; beyond them all are forgotten, and the views of circuits that go on are chosen anew.</param>
/// <param name="reached">How far a sensor's capture has come; the end of time where it is gone.</param>
internal sealed class CircuitViews(int maxCircuits, Func<int, CaptureTime> reached)
{
    private static readonly CaptureDuration Silence = CaptureDuration.FromSeconds(60);

    private readonly Dictionary<(Endpoint Client, Endpoint Server), View> _views = [];

    /// <summary>Views given up because the table was full.</summary>
    public long Forgotten { get; private set; }

    /// <summary>TCP circuits that a further sensor sees, once for each such sensor.</summary>
    public long SeenAgain { get; private set; }

    /// <summary>Whether an operation is to be counted.</summary>
    public bool IsFirst(int sensor, in Transaction transaction)
    {
        var isSearch = transaction.Operation == Operation.Search;
        return IsFirst(sensor, (transaction.Client, isSearch ? default : transaction.Server), isSearch, transaction.CountedAt());
    }

    /// <summary>Whether a step of a search is to be counted.</summary>
    public bool IsFirst(int sensor, in SearchSighting sighting) => IsFirst(sensor, (sighting.Client, default), isSearch: true, sighting.At);

    /// <summary>The sensor whose view of a TCP circuit counts; null where none has told of it.</summary>
    public int? SensorOf(Endpoint client, Endpoint server) => _views.TryGetValue((client, server), out var view) ? view.Sensor : null;

    /// <summary>Operations that were counted of a TCP circuit in the last ten seconds.</summary>
    public double PerSecond(Endpoint client, Endpoint server, CaptureTime now)
    {
        ref var view = ref CollectionsMarshal.GetValueRefOrNullRef(_views, (client, server));
        return Unsafe.IsNullRef(ref view) ? 0 : view.Rate.PerSecond(now);
    }

    private bool IsFirst(int sensor, (Endpoint Client, Endpoint Server) circuit, bool isSearch, CaptureTime at)
    {
        if (_views.Count >= maxCircuits && !_views.ContainsKey(circuit))
        {
            Forgotten += _views.Count;
            _views.Clear();
        }

        ref var view = ref CollectionsMarshal.GetValueRefOrAddDefault(_views, circuit, out var existed);
        if (!existed)
        {
            view = new View { Sensor = sensor, First = at, Last = at };
        }

        var bit = 1UL << (sensor & 63);
        SeenAgain += !existed || isSearch || (view.Sensors & bit) != 0 ? 0 : 1;
        view.Sensors |= bit;
        if (view.Sensor != sensor)
        {
            if (at + Silence < view.First)
            {
                return true;
            }

            if (at <= view.Last + Silence || reached(view.Sensor) <= view.Last + Silence)
            {
                return false;
            }

            (view.Sensor, view.First, view.Last) = (sensor, at, at);
        }

        view.First = at < view.First ? at : view.First;
        view.Last = at > view.Last ? at : view.Last;
        view.Rate.Add(at);
        return true;
    }

    private struct View
    {
        public int Sensor;
        public CaptureTime First;
        public CaptureTime Last;
        public ulong Sensors;
        public RecentRate Rate;
    }
}
