using System.Threading.Channels;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Live.Top;

/// <summary>One run of <c>cabridge top</c>: asks, draws, and heeds keys, until q or the end.</summary>
internal sealed class TopRun(ITopSource source, TimeSpan interval)
{
    private readonly RateHistory _rates = new(interval);
    private readonly TextStyle _style = TextStyle.OfStandardOutput();
    private readonly Channel<ConsoleKeyInfo?> _events = Channel.CreateUnbounded<ConsoleKeyInfo?>();
    private TopView _view = new();
    private TopSnapshot? _snapshot;

    /// <exception cref="Agent.AgentException">There is no answer; the message is for the user.</exception>
    public async Task ShowAsync(CancellationToken cancel)
    {
        try
        {
            // before the screen is taken, so that a server that is not there is told where it stays to be read
            await AskAsync(cancel);
            using var terminal = new TopTerminal(() => _events.Writer.TryWrite(null));
            new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
            using var timer = new PeriodicTimer(interval);
            var tick = timer.WaitForNextTickAsync(cancel).AsTask();
            while (!_view.HasQuit)
            {
                Draw(terminal);
                var happened = _events.Reader.WaitToReadAsync(cancel).AsTask();
                await Task.WhenAny(happened, tick);
                cancel.ThrowIfCancellationRequested();
                var asked = _view.Question;
                TakeEvents();
                var isDue = tick.IsCompleted;
                tick = isDue ? timer.WaitForNextTickAsync(cancel).AsTask() : tick;
                if ((isDue && !_view.IsPaused) || asked != _view.Question)
                {
                    await AskAsync(cancel);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ctrl+C ends it as q does
        }
    }

    private void TakeEvents()
    {
        while (_events.Reader.TryRead(out var taken))
        {
            _view = taken is { } key ? _view.After(key) : _view;
        }
    }

    private async Task AskAsync(CancellationToken cancel)
    {
        _snapshot = await source.AskAsync(_view.Question, cancel);
        _rates.Add(TimeProvider.System.GetElapsedTime(0), _snapshot.Ended);
    }

    private void Draw(TopTerminal terminal)
    {
        var (width, height) = TopTerminal.Size;
        terminal.Show(TopScreen.Draw(_snapshot! with { Rates = _rates.Of(_view.Operation) }, _view, width, height, _style));
    }

    private void ReadKeys()
    {
        try
        {
            while (true)
            {
                _events.Writer.TryWrite(Console.ReadKey(intercept: true));
            }
        }
        catch (Exception gone) when (gone is InvalidOperationException or IOException)
        {
            // the terminal went away: nobody looks any more
            _events.Writer.TryWrite(new ConsoleKeyInfo('q', ConsoleKey.Q, shift: false, alt: false, control: false));
        }
    }
}
