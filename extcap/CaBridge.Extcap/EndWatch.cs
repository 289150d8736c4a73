using System.Runtime.InteropServices;
using CaBridge.Extcap.Output;

namespace CaBridge.Extcap;

/// <summary>
/// Tells when to stop: on SIGTERM, SIGINT and SIGHUP, when nobody reads the pipe any more, and when the process that started this one is gone, as
/// after a kill nobody else ends it. What has not come to its end by itself soon after is ended by force.
/// </summary>
internal sealed partial class EndWatch : IDisposable
{
    private const int PollMilliseconds = 100;

    /// <summary>A second is what users are promised; a pipe that is full, or a server that does not answer, may hold up the end.</summary>
    private const int PatienceMilliseconds = 850;

    /// <summary>So long whoever started this may take to open its end of the pipe.</summary>
    private const int OpenMilliseconds = 30_000;

    private readonly CancellationTokenSource _told = new();
    private readonly ManualResetEventSlim _isOver = new();
    private readonly int _parent = getppid();
    private readonly PosixSignalRegistration[] _signals;
    private readonly Thread _thread;
    private volatile Fifo? _fifo;

    public EndWatch()
    {
        _signals = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Take))];
        _thread = new Thread(Watch) { IsBackground = true, Name = "end" };
        _thread.Start();
    }

    public CancellationToken Told => _told.Token;

    /// <summary>From now on the pipe is watched, too.</summary>
    public void Watch(Fifo fifo) => _fifo = fifo;

    public void Dispose()
    {
        _isOver.Set();
        _thread.Join();
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _isOver.Dispose();
        _told.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        Tell();
    }

    /// <summary>What waits for it goes on elsewhere: on this thread it would hold up the watch, or wait for it.</summary>
    private void Tell() => _ = _told.CancelAsync();

    private void Watch()
    {
        var begun = Environment.TickCount64;
        while (!_told.IsCancellationRequested && !_isOver.IsSet)
        {
            if (getppid() != _parent || _fifo?.IsRead(PollMilliseconds) == false || (_fifo is null && Environment.TickCount64 - begun > OpenMilliseconds))
            {
                Tell();
            }
            else if (_fifo is null)
            {
                _isOver.Wait(PollMilliseconds);
            }
        }

        if (!_isOver.Wait(PatienceMilliseconds))
        {
            Environment.Exit(ExitCode.Success);
        }
    }

    [LibraryImport("libc")]
    private static partial int getppid();
}
