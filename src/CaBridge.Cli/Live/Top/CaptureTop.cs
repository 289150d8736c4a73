using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Capture.Live;

namespace CaBridge.Cli.Live.Top;

/// <summary>
/// A capture in this process, and its analysis: of devices, or of files at the speed at which they were recorded. Packets and questions come
/// from different threads, one at a time; while a question is answered the kernel's buffers hold what comes.
/// </summary>
internal sealed class CaptureTop : ITopSource
{
    /// <summary>Transactions are some 150 bytes.</summary>
    private const int MaxRecent = 262_144;

    /// <summary>Packets reach the analyzer so much later than the clock says, at most.</summary>
    private static readonly CaptureDuration Lag = CaptureDuration.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly RecentTransactions _recent;
    private readonly Analyzer _analyzer;
    private LiveCapture? _capture;
    private string _name = "";
    private string? _problem;
    private Thread? _reader;
    private CaptureTime? _now;
    private long _packets;

    private CaptureTop(CaptureDuration window)
    {
        _recent = new RecentTransactions(window, MaxRecent);
        _analyzer = new Analyzer(
            new AnalyzerOptions(), OtherEncapsulations.TryFindIp, onMessage: null, (in transaction) => _recent.Add(in transaction, _now.GetValueOrDefault()));
    }

    /// <exception cref="CaptureException">A device cannot be captured on.</exception>
    public static CaptureTop OfDevices(LiveCaptureOptions options, CaptureDuration window)
    {
        var top = new CaptureTop(window) { _capture = LiveCapture.Open(options), _name = string.Join(", ", options.Devices) };
        top._capture.Start(top.Push, loss => top._problem = loss.Message);
        return top;
    }

    /// <param name="speed">How many times faster than it was recorded; 0 for as fast as can be.</param>
    /// <exception cref="CaptureException">A file cannot be read.</exception>
    public static CaptureTop OfFiles(IReadOnlyList<string> files, int speed, CaptureDuration window)
    {
        var captures = CaptureSet.Open(files, new CaptureReaderOptions());
        var top = new CaptureTop(window) { _name = string.Join(", ", files.Select(Path.GetFileName)) };
        top._reader = new Thread(() => top.Replay(captures, speed)) { IsBackground = true, Name = "replay" };
        top._reader.Start();
        return top;
    }

    public Task<TopSnapshot> AskAsync(TopQuestion question, CancellationToken cancel)
    {
        var devices = _capture?.ReadStatistics() ?? [];
        lock (_lock)
        {
            if (_capture is not null)
            {
                Advance(new CaptureTime((DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) + new CaptureDuration(-Lag.Nanoseconds));
            }

            var intake = new TopIntake(_name, _packets, devices.Sum(device => device.DroppedByKernel + device.DroppedByInterface));
            return Task.FromResult(_now is { } now
                ? _recent.Answer(question, intake, now) with { Problem = _problem }
                : new TopSnapshot { Intake = intake, Problem = _problem });
        }
    }

    /// <summary>Returns once a file has been read to its end; for tests.</summary>
    internal void WaitForEnd() => _reader?.Join();

    public void Dispose()
    {
        _end.Cancel();
        _reader?.Join();
        _capture?.Dispose();
        _end.Dispose();
    }

    private void Push(in Packet packet)
    {
        lock (_lock)
        {
            _now = _now is { } now && now > packet.Time ? now : packet.Time;
            _packets++;
            _analyzer.Push(in packet);
        }
    }

    private void Advance(CaptureTime time)
    {
        if (_now is { } now && time > now)
        {
            _now = time;
            _analyzer.AdvanceTo(time);
        }
    }

    private void Replay(CaptureSet captures, int speed)
    {
        using (captures)
        {
            var begun = TimeProvider.System.GetTimestamp();
            CaptureTime? first = null;
            while (!_end.IsCancellationRequested && captures.TryRead(out var packet))
            {
                first ??= packet.Time;
                if (speed > 0)
                {
                    WaitUntil((packet.Time - first.Value).TotalSeconds / speed, begun);
                }

                Push(in packet);
            }

            lock (_lock)
            {
                _analyzer.Complete();
                _problem = captures.Problems is [.., var problem] ? $"{problem.File}: {problem.Message}" : "the file has been read to its end";
            }
        }
    }

    private void WaitUntil(double seconds, long begun)
    {
        var early = TimeSpan.FromSeconds(seconds) - TimeProvider.System.GetElapsedTime(begun);
        if (early >= TimeSpan.FromMilliseconds(1))
        {
            _end.Token.WaitHandle.WaitOne(early);
        }
    }
}
