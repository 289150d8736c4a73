using System.Threading.Channels;
using Grpc.Core;

namespace CaBridge.Server.Live;

/// <summary>
/// The one loop that owns what the server knows: packets are analyzed and questions answered on it, one after the other, without locks.
/// Questions go first. Who brings packets waits while <see cref="LiveOptions.MaxBatchesWaiting"/> wait already, and so does their agent.
/// </summary>
internal sealed class LiveLoop : BackgroundService
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    /// <summary>So many go before a batch of packets: however much is asked, packets are taken in.</summary>
    private const int MaxQuestionsPerTurn = 16;

    private readonly LiveState _state;
    private readonly TimeProvider _clock;
    private readonly Channel<Action<LiveState>> _work;
    private readonly Channel<Action<LiveState?>> _questions;
    private long _busyTicks;

    public LiveLoop(LiveState state, LiveOptions options, TimeProvider clock)
    {
        (_state, _clock) = (state, clock);
        _work = Channel.CreateBounded<Action<LiveState>>(new BoundedChannelOptions(options.MaxBatchesWaiting) { SingleReader = true });
        _questions = Channel.CreateBounded<Action<LiveState?>>(new BoundedChannelOptions(options.MaxQuestionsWaiting) { SingleReader = true });
    }

    /// <summary>Batches that wait, besides those that wait for room.</summary>
    public int BatchesWaiting => _work.Reader.Count;

    public int QuestionsWaiting => _questions.Reader.Count;

    /// <summary>How long it has worked since it began.</summary>
    public TimeSpan Busy => TimeSpan.FromTicks(Interlocked.Read(ref _busyTicks));

    /// <summary>Has something done in its turn; completes as soon as there is room to wait.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the loop has ended.</exception>
    public async ValueTask PostAsync(Action<LiveState> work, CancellationToken cancel)
    {
        try
        {
            await _work.Writer.WriteAsync(work, cancel);
        }
        catch (ChannelClosedException)
        {
            throw Ended();
        }
    }

    /// <summary>Asks something between two batches.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the loop has ended.</exception>
    public async Task<T> AskAsync<T>(Func<LiveState, T> question, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _questions.Writer.WriteAsync(Answer, cancel);
        }
        catch (ChannelClosedException)
        {
            throw Ended();
        }

        Wake();
        return await answer.Task.WaitAsync(cancel);

        void Answer(LiveState? state)
        {
            if (state is null)
            {
                answer.SetException(Ended());
                return;
            }

            if (cancel.IsCancellationRequested)
            {
                answer.SetCanceled(cancel);
                return;
            }

            try
            {
                answer.SetResult(question(state));
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                answer.SetException(failure);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await using var tick = _clock.CreateTimer(_ => Enqueue(state => state?.Tick(_clock.GetUtcNow())), state: null, TickPeriod, TickPeriod);
        try
        {
            await WorkAsync(stoppingToken);
        }
        finally
        {
            // nobody must wait for an answer that does not come
            _work.Writer.TryComplete();
            _questions.Writer.TryComplete();
            while (_questions.Reader.TryRead(out var question))
            {
                question(null);
            }
        }
    }

    private static RpcException Ended() => new(new Status(StatusCode.Unavailable, "the analysis has ended, and the server stops"));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (var work in _work.Reader.ReadAllAsync(stoppingToken))
        {
            var began = _clock.GetTimestamp();
            for (var turn = 0; turn < MaxQuestionsPerTurn && _questions.Reader.TryRead(out var question); turn++)
            {
                question(_state);
            }

            work(_state);
            if (_questions.Reader.Count > 0)
            {
                Wake();
            }

            Interlocked.Add(ref _busyTicks, _clock.GetElapsedTime(began).Ticks);
        }
    }

    /// <summary>Passes over the tick if there is no room: so many questions wait that time does not matter.</summary>
    private void Enqueue(Action<LiveState?> question)
    {
        if (_questions.Writer.TryWrite(question))
        {
            Wake();
        }
    }

    /// <summary>Where there is no room, the loop is busy, and comes by anyway.</summary>
    private void Wake() => _work.Writer.TryWrite(static _ => { });
}
