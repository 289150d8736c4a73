using System.Globalization;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Findings;

/// <summary>Far more searches than usual. A request and its copies to several addresses count once, and not at all if the first try is answered.</summary>
internal sealed class StormRule(FindingLog log, DiagnosisFacts facts)
{
    /// <summary>Without so much before it nothing is usual yet.</summary>
    private const int LeastHistorySeconds = 10;

    private const int HistorySeconds = 60;
    private static readonly CaptureDuration TriggerWindow = CaptureDuration.FromSeconds(5);
    private static readonly CaptureDuration Second = CaptureDuration.FromSeconds(1);

    private readonly int[] _history = new int[HistorySeconds];
    private readonly Dictionary<Endpoint, int> _clients = [];
    private CaptureTime _second;
    private bool _isRunning;
    private int _seconds;
    private long _sum;
    private int _count;
    private int _connectedBefore;
    private long _firstFrame;
    private FindingEntry? _storm;
    private (Endpoint Server, CaptureTime At, bool IsRestart)? _trigger;

    /// <summary>A server's beacons went wrong: clients search again at once then.</summary>
    public void NoteTrigger(Endpoint server, CaptureTime at, bool isRestart) => _trigger = (server, at, isRestart);

    /// <summary>Takes a try.</summary>
    public void TakeTry(PvName name, Endpoint client, CaptureTime at, long frame)
    {
        AdvanceTo(at);
        _firstFrame = _count == 0 ? frame : _firstFrame;
        _count++;
        _connectedBefore += facts.Served.Of(name) is null ? 0 : 1;
        if (_clients.TryGetValue(client.Host, out var searches) || _clients.Count < facts.Options.MaxHosts)
        {
            _clients[client.Host] = searches + 1;
        }
    }

    /// <summary>Takes the reply to a search of one try: it did what searches are for.</summary>
    public void TakeAnswered(CaptureTime at)
    {
        AdvanceTo(at);
        _count -= _count > 0 ? 1 : 0;
    }

    /// <summary>Judges the seconds that are over.</summary>
    public void AdvanceTo(CaptureTime now)
    {
        if (!_isRunning || now < _second)
        {
            (_second, _isRunning) = (now, true);
            return;
        }

        for (var empty = 0; now - _second >= Second && empty <= HistorySeconds; empty++)
        {
            Judge();
            _second += Second;
        }

        if (now - _second >= Second)
        {
            _second = now;
        }
    }

    private void Judge()
    {
        var usual = _seconds == 0 ? 0 : (double)_sum / Math.Min(_seconds, HistorySeconds);
        var isStorm = _seconds >= LeastHistorySeconds && _count > facts.Options.StormRate && _count > facts.Options.StormFactor * usual;
        if (isStorm)
        {
            Note(usual);
        }
        else
        {
            // a storm is not usual: it stays out of what the next seconds are compared with
            var slot = _seconds++ % HistorySeconds;
            _sum += _count - _history[slot];
            _history[slot] = _count;
            _storm = null;
        }

        _count = _connectedBefore = 0;
        _clients.Clear();
    }

    private void Note(double usual)
    {
        if (_storm is null)
        {
            _storm = log.Open(new FindingKey(FindingKind.SearchStorm, Detail: (uint)(_second.UnixNanoseconds / CaptureDuration.NanosecondsPerSecond)), _second, Compose);
            _storm.Extra = new Storm { Usual = usual, Trigger = _trigger is { } trigger && _second - trigger.At <= TriggerWindow ? trigger : null };
        }

        var storm = (Storm)_storm.Extra!;
        storm.ConnectedBefore += _connectedBefore;
        storm.Seconds++;
        _storm.Amount = Math.Max(_storm.Amount, _count);
        _storm.See(_second + Second, _firstFrame, _count);
        foreach (var (client, _) in _clients.OrderByDescending(client => client.Value).Take(8))
        {
            _storm.AddClient(client);
        }

        if (storm.Trigger is { } known)
        {
            _storm.AddServer(known.Server);
        }
    }

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts)
    {
        var storm = (Storm)entry.Extra!;
        var share = (100.0 * storm.ConnectedBefore / entry.Count).ToString("F0", CultureInfo.InvariantCulture);
        var usual = storm.Usual.ToString("F1", CultureInfo.InvariantCulture);
        var trigger = storm.Trigger is { } known
            ? $"; {known.Server} {(known.IsRestart ? "began its beacons anew" : "sent its beacons out of turn")} just before"
            : "";
        return new(
            $"Search storm: up to {DiagnosisFacts.Count(entry.Amount, "search", "searches")} per second, where {usual} are usual, from {facts.Clients(entry)}{trigger}",
            "Clients that lost a server search all its names at once, and again after each beacon out of turn. Remove names that nobody serves, and see what made the beacons irregular.",
            [$"{share} % of the {DiagnosisFacts.Count(entry.Count, "search", "searches")} in {DiagnosisFacts.Count(storm.Seconds, "second")} were for names that a server had answered for before."]);
    }

    private sealed class Storm
    {
        public required double Usual { get; init; }

        public required (Endpoint Server, CaptureTime At, bool IsRestart)? Trigger { get; init; }

        public long ConnectedBefore { get; set; }

        public int Seconds { get; set; }
    }
}
