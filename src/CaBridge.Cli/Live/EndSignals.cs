using System.Runtime.InteropServices;

namespace CaBridge.Cli.Live;

/// <summary>
/// Ctrl+C and SIGTERM while an agent runs: the first one tells it to send what it holds; another one ends it as if there were nobody to catch it.
/// Of a pipe the first Ctrl+C is its sender's, which got it, too, and has still something to write.
/// </summary>
internal sealed class EndSignals : IDisposable
{
    /// <summary>Their numbers on all systems; <see cref="PosixSignal"/> has others.</summary>
    private const int Sigint = 2;
    private const int Sigterm = 15;

    private readonly CancellationTokenSource _told = new();
    private readonly PosixSignalRegistration[] _registrations;
    private bool _isSenders;
    private int _signal;

    /// <param name="isPipe">Whether the packets come from standard input.</param>
    public EndSignals(bool isPipe)
    {
        _isSenders = isPipe;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Take), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take)];
    }

    public CancellationToken Told => _told.Token;

    /// <summary>For what did not come to its end.</summary>
    public InterruptedException ToException() => new(128 + _signal);

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _told.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        var isInterrupt = context.Signal == PosixSignal.SIGINT;
        if (isInterrupt && _isSenders)
        {
            (_isSenders, context.Cancel) = (false, true);
            return;
        }

        context.Cancel = Interlocked.CompareExchange(ref _signal, isInterrupt ? Sigint : Sigterm, 0) == 0;
        _told.Cancel();
    }
}
