using CaBridge.Server.Live;
using Grpc.Core;

namespace CaBridge.Server.Metrics;

/// <summary>Asks the loop every second for what meters tell, and so notices when it does not answer any more.</summary>
internal sealed class LoopReadings(LiveLoop loop, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private ServerReading _latest = ServerReading.Empty;
    private DateTimeOffset? _askedAt;

    public ServerReading Latest => Volatile.Read(ref _latest);

    /// <summary>How long a question has waited for its answer; zero where none waits.</summary>
    public TimeSpan Waiting
    {
        get
        {
            lock (_lock)
            {
                return _askedAt is { } asked ? clock.GetUtcNow() - asked : TimeSpan.Zero;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            do
            {
                SetAsked(clock.GetUtcNow());
                Volatile.Write(ref _latest, await loop.AskAsync(ServerReading.Of, stoppingToken));
                SetAsked(at: null);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (RpcException)
        {
            // the loop has ended, and is asked for the reason
        }
    }

    private void SetAsked(DateTimeOffset? at)
    {
        lock (_lock)
        {
            _askedAt = at;
        }
    }
}
