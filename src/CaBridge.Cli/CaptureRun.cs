using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using Spectre.Console;

namespace CaBridge.Cli;

/// <summary>Reads captures into an analyzer.</summary>
/// <param name="isQuiet">Whether nothing is printed meanwhile: then a bar may show on standard error once reading has taken a second.</param>
internal sealed class CaptureRun(CaptureInput input, Analyzer analyzer, bool isQuiet)
{
    private const int QuietMilliseconds = 1000;
    private const int RefreshMilliseconds = 100;
    private const int PacketsBetweenClocks = 4096;

    /// <summary>Lines that come while the bar is drawn would tear it, also those of a pager or a filter behind a pipe.</summary>
    private bool ShowsProgress => !Console.IsErrorRedirected && (isQuiet || StandardOutput.IsFile);

    /// <param name="onStart">Told the time of the first frame before the analyzer has it.</param>
    /// <param name="goesOn">Asked after each frame whether more are wanted; without it all are.</param>
    /// <exception cref="InterruptedException">The user ended it.</exception>
    public void Read(Action<CaptureTime> onStart, Func<bool>? goesOn = null)
    {
        using var interruption = input.Interruption;
        var captures = input.Captures;
        if (captures.TryRead(out var first))
        {
            onStart(first.Time);
            if (Take(in first))
            {
                ReadRest();
            }
        }

        interruption.ThrowIfAbandoned();
        analyzer.Complete();

        bool Take(in Packet packet)
        {
            analyzer.Push(in packet);
            return goesOn is null || goesOn();
        }

        void ReadRest()
        {
            if (!ShowsProgress)
            {
                while (ReadFor(int.MaxValue))
                {
                }
            }
            else if (ReadFor(QuietMilliseconds))
            {
                ReadWithProgress(ReadFor);
            }
        }

        // false where there is no more
        bool ReadFor(int milliseconds)
        {
            var until = Environment.TickCount64 + milliseconds;
            do
            {
                for (var i = 0; i < PacketsBetweenClocks; i++)
                {
                    if (interruption.Heed() || !captures.TryRead(out var packet) || !Take(in packet))
                    {
                        return false;
                    }
                }
            }
            while (Environment.TickCount64 < until);
            return true;
        }
    }

    private void ReadWithProgress(Func<int, bool> readFor)
    {
        var captures = input.Captures;
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error),
            Interactive = InteractionSupport.Yes,
        });
        terminal.Progress().AutoClear(true).Start(context =>
        {
            var task = context.AddTask("reading", maxValue: captures.TotalBytes ?? 1);
            task.IsIndeterminate = captures.TotalBytes is null;
            while (readFor(RefreshMilliseconds))
            {
                task.Value = captures.BytePosition;
            }
        });
    }
}
