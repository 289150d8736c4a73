using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace CaBridge.Tests.Kit;

/// <summary>A program that runs beside the test, and not longer. Its lines, of standard output and error together, are kept.</summary>
internal sealed class StartedProgram : IDisposable
{
    private const int Sigint = 2;
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;
    private const int Seconds = 60;

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = 2;

    /// <param name="start">Standard output and error are redirected; the input is where it says so.</param>
    public StartedProgram(ProcessStartInfo start)
    {
        (start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public Stream Input => _process.StandardInput.BaseStream;

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Waits until so many lines match; fails when the program ends before.</summary>
    public IReadOnlyList<Match> WaitFor(Regex pattern, int count = 1)
    {
        var patience = Task.Delay(TimeSpan.FromSeconds(Seconds));
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                var matches = _lines.Select(line => pattern.Match(line)).Where(match => match.Success).ToList();
                if (matches.Count >= count)
                {
                    return matches;
                }

                Assert.That(_open, Is.Positive, () => $"it has ended without '{pattern}':\n{string.Join('\n', _lines)}");
                changed = _changed.Task;
            }

            Assert.That(Task.WaitAny(changed, patience), Is.Zero, () => $"'{pattern}' does not come:\n{Text}");
        }
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>The exit code, and how long the end took.</returns>
    public (int ExitCode, TimeSpan Took) Terminate() => End(Sigterm);

    /// <summary>Ctrl+C.</summary>
    /// <returns>The exit code, and how long the end took.</returns>
    public (int ExitCode, TimeSpan Took) Interrupt() => End(Sigint);

    /// <summary>It does nothing until <see cref="Resume"/>.</summary>
    public void Pause() => Signal(Sigstop);

    public void Resume() => Signal(Sigcont);

    /// <returns>The exit code.</returns>
    public int WaitForExit()
    {
        Assert.That(_process.WaitForExit(TimeSpan.FromSeconds(Seconds)), Is.True, () => $"it does not end:\n{Text}");

        // and until all of its lines have come
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);

    private (int ExitCode, TimeSpan Took) End(int signal)
    {
        var clock = Stopwatch.StartNew();
        Signal(signal);
        return (WaitForExit(), clock.Elapsed);
    }

    private void Signal(int signal) => Assert.That(kill(_process.Id, signal), Is.Zero);

    private void Take(string? line)
    {
        lock (_lock)
        {
            if (line is null)
            {
                _open--;
            }
            else
            {
                _lines.Add(line);
            }

            var changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }
}
