using System.Threading.Channels;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using Finding = CaBridge.Analysis.Findings.Finding;

namespace CaBridge.Server.Live;

/// <summary>
/// One who watches findings. What it does not fetch in time waits here, each finding once, as it is by then: changes are left out and counted, the last
/// state is not.
/// </summary>
internal sealed class FindingWatcher(FindingSelection selection) : IDisposable
{
    private const int MaxMessagesWaiting = 4;
    private const int MaxMessageBytes = 512 * 1024;

    private readonly Channel<WatchFindingsResponse> _messages = System.Threading.Channels.Channel.CreateBounded<WatchFindingsResponse>(
        new BoundedChannelOptions(MaxMessagesWaiting) { SingleReader = true, SingleWriter = true });

    /// <summary>Told to be open, and not yet to close: these are told on, whatever the selection says by then.</summary>
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);
    private long _skipped;

    /// <summary>Of whose findings it is told; empty for those of all together.</summary>
    public string Sensor => selection.Sensor;

    /// <summary>Messages as they come, until it is disposed of.</summary>
    public IAsyncEnumerable<WatchFindingsResponse> ReadAllAsync(CancellationToken cancel) => _messages.Reader.ReadAllAsync(cancel);

    public void Dispose() => _messages.Writer.TryComplete();

    /// <summary>Called by the loop when the watch begins.</summary>
    /// <param name="current">What there is.</param>
    public void Begin(IEnumerable<(Finding Finding, string Sensor)> current)
    {
        foreach (var (finding, sensor) in current.Where(item => item.Finding.IsOpen && selection.Matches(item.Finding)))
        {
            _open.Add(finding.Key);
            _waiting[finding.Key] = new Waiting(finding, sensor, FindingChange.Current);
        }

        Flush(isFirst: true);
    }

    /// <summary>Called by the loop for each change.</summary>
    public void Offer(in FindingStep step, string sensor)
    {
        var finding = step.Finding;
        var isKnown = _open.Contains(finding.Key);
        if (!isKnown && (step.IsGone || !selection.Matches(finding)))
        {
            return;
        }

        var change = (isKnown, finding.IsOpen) switch
        {
            (false, true) => FindingChange.Opened,
            (true, false) => FindingChange.Closed,
            _ => FindingChange.Updated,
        };
        if (finding.IsOpen)
        {
            _open.Add(finding.Key);
        }
        else
        {
            _open.Remove(finding.Key);
        }

        var isOverAtOnce = step.IsNew && !isKnown && !finding.IsOpen;
        var next = new Waiting(finding, sensor, isOverAtOnce ? FindingChange.Opened : change) { IsClosedToo = isOverAtOnce };
        if (_waiting.TryGetValue(finding.Key, out var before))
        {
            _skipped++;
            next = next.After(before);
        }

        _waiting[finding.Key] = next;
    }

    /// <summary>Called by the loop when changes have been told, and every second.</summary>
    public void Flush(bool isFirst = false)
    {
        while (isFirst || _waiting.Count > 0)
        {
            isFirst = false;
            var (message, taken) = Compose();
            if (!_messages.Writer.TryWrite(message))
            {
                return;
            }

            _skipped = 0;
            for (; taken > 0; taken--)
            {
                _waiting.RemoveAt(0);
            }
        }
    }

    private (WatchFindingsResponse Message, int Taken) Compose()
    {
        var message = new WatchFindingsResponse { Skipped = _skipped };
        var (taken, bytes) = (0, 0);
        foreach (var (_, waiting) in _waiting)
        {
            var told = waiting.Finding.ToMessage(waiting.Sensor);
            bytes += told.CalculateSize();
            if (taken > 0 && bytes > MaxMessageBytes)
            {
                break;
            }

            message.Events.Add(new FindingEvent { Change = waiting.Change, Finding = told });
            if (waiting.IsClosedToo)
            {
                message.Events.Add(new FindingEvent { Change = FindingChange.Closed, Finding = told });
            }

            taken++;
        }

        return (message, taken);
    }

    private readonly record struct Waiting(Finding Finding, string Sensor, FindingChange Change)
    {
        public bool IsClosedToo { get; init; }

        /// <summary>What is told where the one before was not told yet.</summary>
        public Waiting After(Waiting before) => this with
        {
            // what the reader has not heard of opens first
            Change = before.Change is FindingChange.Opened or FindingChange.Current ? before.Change : Change,
            IsClosedToo = before.Change is FindingChange.Opened or FindingChange.Current && !Finding.IsOpen,
        };
    }
}
