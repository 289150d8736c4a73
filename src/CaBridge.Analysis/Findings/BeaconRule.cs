using CaBridge.Analysis.Text;

namespace CaBridge.Analysis.Findings;

/// <summary>
/// Beacons that come too soon or too late, as libca judges them (<c>bhe.cpp</c>), or no more; and servers whose ids begin anew. The growing intervals of a
/// server that starts are no anomaly.
/// </summary>
internal sealed class BeaconRule(FindingLog log, DiagnosisFacts facts, BeaconTable beacons, StormRule storms, RestartRule restarts)
{
    private const uint LargestStep = 3;
    private const uint SmallestBackStep = uint.MaxValue - 254;

    /// <summary>Intervals in a row that are like the one before each: those of a server that starts double, but some beacons may be lost.</summary>
    private const int LeastAgreements = 2;

    /// <summary>A server may be told to send its beacons less often (<c>EPICS_CAS_BEACON_PERIOD</c>): so many missing in a row count.</summary>
    private const double SilentIntervals = 2.5;

    private const uint Anomaly = 0;
    private const uint Silence = 1;

    /// <summary>Weight of the newest interval in the average.</summary>
    private const double Weight = 1.0 / 8;

    /// <summary>A server that starts sends its next beacons within this time: 20, 40, 80 ms after each other, and the first two have the id 0 (rsrv).</summary>
    private static readonly CaptureDuration Cadence = CaptureDuration.FromMilliseconds(500);

    private bool _seesBeacons;

    /// <param name="server">What it advertises.</param>
    /// <param name="sourcePort">Where it came from; 0 if a repeater passed it on.</param>
    public void Take(Endpoint server, ushort sourcePort, uint id, CaptureTime at, long frame)
    {
        _seesBeacons = true;
        var isNew = beacons.Find(server) is null;
        if (beacons.GetOrAdd(server) is not { } state)
        {
            return;
        }

        state.SeenAt = at;
        if (log.Find(KeyOf(server, Silence)) is { } silence)
        {
            silence.IsClosed = true;
        }

        if (sourcePort != 0)
        {
            beacons.NoteSocket(state, server, sourcePort, id, at);
        }

        if (!isNew && !HasBegunAnew(server, state, id, at, frame))
        {
            var step = id - state.LastId;
            state.LastId = id;
            if (step == 0 && state.Interval is null)
            {
                // the first id comes twice where a server starts
                state.LastAt = at;
            }

            if (step is 0 or (> 1 and <= LargestStep) or >= SmallestBackStep)
            {
                return;
            }

            Judge(server, state, at, frame);
        }

        (state.LastId, state.LastAt, state.LastFrame) = (id, at, frame);
    }

    /// <summary>Looks for servers that have live circuits and no beacons.</summary>
    public void AdvanceTo(CaptureTime now)
    {
        if (!_seesBeacons)
        {
            return;
        }

        restarts.ForEachLive((server, connectedSince, client) =>
        {
            var state = beacons.Find(server);
            var since = state?.SeenAt ?? connectedSince;
            var patience = Math.Max(facts.Options.BeaconSilence.Nanoseconds, state is { IsSteady: true } ? SilentIntervals * state.AverageNanoseconds : 0);
            if ((now - since).Nanoseconds > patience)
            {
                NoteSilence(server, state, since, client, now);
            }
        });
    }

    private void NoteSilence(Endpoint server, BeaconState? state, CaptureTime since, Endpoint client, CaptureTime now)
    {
        var entry = log.Open(KeyOf(server, Silence), since, ComposeSilence);
        (entry.Severity, entry.Confidence) = state is null ? (FindingSeverity.Info, FindingConfidence.Low) : (FindingSeverity.Warning, FindingConfidence.Medium);
        entry.AddClient(client);
        entry.Extra = state;
        entry.AddFrame(state?.LastFrame ?? 0);
        entry.Count = 1;
        (entry.Last, entry.IsClosed) = (now, false);
        entry.NoteLongest(now - since);
    }

    private static FindingKey KeyOf(Endpoint server, uint detail) => new(FindingKind.BeaconAnomaly, Server: server, Detail: detail);

    /// <summary>The id fell back to the first one, and the next followed at once.</summary>
    private bool HasBegunAnew(Endpoint server, BeaconState state, uint id, CaptureTime at, long frame)
    {
        if (state.BeganAt is { } beganAt)
        {
            state.BeganAt = null;
            if (id <= 2 && at - beganAt <= Cadence)
            {
                (state.Interval, state.IsSteady, state.Agreements) = (null, false, 0);
                restarts.TakeBeacons(server, beganAt, state.BeganFrame);
                storms.NoteTrigger(server, beganAt, isRestart: true);
                return true;
            }
        }

        if (id > 1 || state.LastId < 2 || id >= state.LastId)
        {
            return false;
        }

        (state.BeganAt, state.BeganFrame) = (at, frame);
        return true;
    }

    private void Judge(Endpoint server, BeaconState state, CaptureTime at, long frame)
    {
        var interval = at - state.LastAt;
        if (interval < default(CaptureDuration))
        {
            // the clock was set back: what is usual has to be found anew
            (state.Interval, state.IsSteady, state.Agreements) = (null, false, 0);
            return;
        }

        var before = state.Interval;
        state.Interval = interval;
        var factor = facts.Options.BeaconFactor;
        if (!state.IsSteady)
        {
            var agrees = before is { } previous && interval.Nanoseconds < factor * previous.Nanoseconds && interval.Nanoseconds * factor > previous.Nanoseconds;
            state.Agreements = agrees ? state.Agreements + 1 : 0;
            state.IsSteady = state.Agreements >= LeastAgreements;
            state.AverageNanoseconds = interval.Nanoseconds;
            return;
        }

        var average = state.AverageNanoseconds;
        if (interval.Nanoseconds >= factor * average || interval.Nanoseconds <= average / factor)
        {
            var entry = log.Open(KeyOf(server, Anomaly), at, ComposeAnomaly);
            entry.Confidence = FindingConfidence.Medium;
            entry.AddFrame(state.LastFrame);
            entry.See(at, frame);
            entry.Amount = (long)average;
            entry.Longest = interval;
            storms.NoteTrigger(server, at, isRestart: false);
        }

        state.AverageNanoseconds = (Weight * interval.Nanoseconds) + ((1 - Weight) * average);
    }

    private static FindingWords ComposeAnomaly(FindingEntry entry, DiagnosisFacts facts) => new(
        $"{DiagnosisFacts.Servers(entry)} sent {DiagnosisFacts.Count(entry.Count, "beacon")} out of turn: the latest after {DurationUnit.Text(entry.Longest.Nanoseconds)}, where {DurationUnit.Text(entry.Amount)} were usual",
        "Clients search all names that they miss again after such a beacon. Look at the server's load, at beacons that get lost on the way, and at a second server on the same address and port.");

    private static FindingWords ComposeSilence(FindingEntry entry, DiagnosisFacts facts) => new(
        entry.Extra is null
            ? $"No beacon of {DiagnosisFacts.Servers(entry)} was seen in {DurationUnit.Span(entry.Longest.Nanoseconds)}, though {facts.Clients(entry)} is connected to it and other servers' beacons come"
            : $"{DiagnosisFacts.Servers(entry)} has sent no beacon for {DurationUnit.Span(entry.Longest.Nanoseconds)}, though {facts.Clients(entry)} is connected to it",
        "The beacons' path is blocked: look at EPICS_CAS_BEACON_ADDR_LIST, the broadcast address and routers between. Without beacons clients notice late that the server is back after a restart.");
}
