using System.Runtime.InteropServices;

namespace CaBridge.Cli;

/// <summary>
/// Ctrl+C and SIGTERM while captures are read, so that output ends with a whole line and a progress bar gives the cursor back. Of a pipe what
/// was read is the whole, and is answered: <c>tcpdump -w - | cabridge analyze -</c> ends with one Ctrl+C, which both get, and what tcpdump
/// writes before it ends is still to be read; SIGTERM, or a second Ctrl+C, brings its end about. Whoever does not heed a signal soon, because
/// nothing comes or nobody takes the output, is ended by it as if there were nobody to catch it.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int PatienceMilliseconds = 1000;

    /// <summary>Their numbers on all systems; <see cref="PosixSignal"/> has others.</summary>
    private const int Sigint = 2;
    private const int Sigterm = 15;

    private readonly bool _isPipe;
    private readonly Func<bool> _endInput;
    private readonly TaskCompletionSource _heeded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;
    private bool _pipeEnds;
    private volatile int _signal;

    /// <param name="isPipe">Whether standard input is among the captures.</param>
    /// <param name="endInput">Brings about the end of a pipe, and tells whether it can.</param>
    public Interruption(bool isPipe, Func<bool> endInput)
    {
        _isPipe = isPipe;
        _endInput = endInput;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Take), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take)];
    }

    /// <summary>To be asked often.</summary>
    /// <returns>Whether reading ends now; then who sent the signal is told that it was heeded.</returns>
    public bool Heed() => _signal != 0 && (_heeded.TrySetResult() || _heeded.Task.IsCompleted);

    /// <exception cref="InterruptedException">Reading was to end before the captures did.</exception>
    public void ThrowIfAbandoned()
    {
        if (Heed() && !_isPipe)
        {
            throw new InterruptedException(128 + _signal);
        }
    }

    /// <summary>From here on signals do what they do by themselves.</summary>
    public void Dispose()
    {
        _heeded.TrySetResult();
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    /// <summary>Runs on a thread of its own.</summary>
    internal void Take(PosixSignalContext context)
    {
        var interrupt = context.Signal == PosixSignal.SIGINT;
        if (interrupt && _isPipe && !_pipeEnds)
        {
            (_pipeEnds, context.Cancel) = (true, true);
            return;
        }

        if (_isPipe && _endInput())
        {
            context.Cancel = true;
            return;
        }

        _signal = interrupt ? Sigint : Sigterm;
        context.Cancel = _heeded.Task.Wait(PatienceMilliseconds);
    }
}
