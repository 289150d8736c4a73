using CaBridge.Analysis;
using CaBridge.Capture;
using Spectre.Console;

namespace CaBridge.Cli;

/// <summary>Reads captures into an analyzer.</summary>
/// <param name="showProgress">Whether a bar shows on standard error once reading has taken a second.</param>
internal sealed class CaptureRun(CaptureSet captures, Analyzer analyzer, bool showProgress)
{
    private const int QuietMilliseconds = 1000;
    private const int RefreshMilliseconds = 100;
    private const int PacketsBetweenClocks = 4096;

    /// <param name="onStart">Told the time of the first frame before the analyzer has it.</param>
    public void Read(Action<CaptureTime> onStart)
    {
        if (!captures.TryRead(out var first))
        {
            analyzer.Complete();
            return;
        }

        onStart(first.Time);
        analyzer.Push(in first);
        if (!showProgress)
        {
            while (ReadFor(int.MaxValue))
            {
            }
        }
        else if (ReadFor(QuietMilliseconds))
        {
            ReadWithProgress();
        }

        analyzer.Complete();
    }

    private void ReadWithProgress()
    {
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error),
            Interactive = InteractionSupport.Yes,
        });
        terminal.Progress().AutoClear(true).Start(context =>
        {
            var task = context.AddTask("reading", maxValue: captures.TotalBytes ?? 1);
            task.IsIndeterminate = captures.TotalBytes is null;
            while (ReadFor(RefreshMilliseconds))
            {
                task.Value = captures.BytePosition;
            }
        });
    }

    /// <returns>Whether there is more.</returns>
    private bool ReadFor(int milliseconds)
    {
        var until = Environment.TickCount64 + milliseconds;
        do
        {
            for (var i = 0; i < PacketsBetweenClocks; i++)
            {
                if (!captures.TryRead(out var packet))
                {
                    return false;
                }

                analyzer.Push(in packet);
            }
        }
        while (Environment.TickCount64 < until);
        return true;
    }
}
