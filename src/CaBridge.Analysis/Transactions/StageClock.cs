using CaBridge.Analysis.Connections;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// Cuts a channel's way into stages that touch: each begins where the one before ended, and one whose end lies before its beginning, as that of a
/// circuit that stood already, takes no time. So stages and waits add up to the whole, to the nanosecond.
/// </summary>
/// <param name="towardsServer">From the sensor to the server and back; null where TCP did not tell.</param>
/// <param name="towardsClient">Likewise to the client.</param>
internal ref struct StageClock(CaptureTime start, CaptureDuration? towardsServer, CaptureDuration? towardsClient)
{
    private CaptureDuration _elapsed;

    public StageDurations Stages;
    public StageDurations Networks;
    public WaitDurations Waits;

    public readonly CaptureDuration Elapsed => _elapsed;

    public readonly CaptureDuration this[ConnectionStage stage] => new(Stages[(int)stage]);

    /// <summary>Between searches.</summary>
    public void Wait(ConnectionStage stage, CaptureTime end) => Add(ConnectionWait.SearchBackoff, Advance(stage, end));

    /// <summary>On the way, all of it.</summary>
    public void Travel(ConnectionStage stage, CaptureTime end) => Share(ConnectionWait.Network, stage, new CaptureDuration(long.MaxValue), Advance(stage, end));

    /// <summary>The server has to answer.</summary>
    public void Ask(ConnectionStage stage, CaptureTime end) => Ask(stage, end, towardsServer);

    /// <param name="network">What of it was on the way; null where nothing tells.</param>
    public void Ask(ConnectionStage stage, CaptureTime end, CaptureDuration? network) => Share(ConnectionWait.Server, stage, network, Advance(stage, end));

    /// <summary>The client has to go on.</summary>
    public void Pause(ConnectionStage stage, CaptureTime end) => Share(ConnectionWait.Client, stage, towardsClient, Advance(stage, end));

    private long Advance(ConnectionStage stage, CaptureTime end)
    {
        var taken = CaptureDuration.NotNegative(end - start - _elapsed).Nanoseconds;
        Stages[(int)stage] = taken;
        _elapsed = new CaptureDuration(_elapsed.Nanoseconds + taken);
        return taken;
    }

    private void Share(ConnectionWait wait, ConnectionStage stage, CaptureDuration? network, long taken)
    {
        var onTheWay = Math.Min(taken, network?.Nanoseconds ?? 0);
        Networks[(int)stage] = onTheWay;
        Add(ConnectionWait.Network, onTheWay);
        Add(wait, taken - onTheWay);
    }

    private void Add(ConnectionWait wait, long nanoseconds) => Waits[(int)wait] += nanoseconds;
}
