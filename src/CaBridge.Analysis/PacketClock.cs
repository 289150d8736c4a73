using CaBridge.Analysis.State;

namespace CaBridge.Analysis;

/// <summary>
/// Frames that are earlier than one before them. A recording is late by a second at most; where time goes back further, the clock was set, or one
/// frame is wrong. A lone one is taken as if it came at the time of the frame before: what waits shall not be counted as late on its account.
/// </summary>
internal sealed class PacketClock
{
    private static readonly CaptureDuration Step = CaptureDuration.FromSeconds(10);

    private CaptureTime _latest = new(long.MinValue);
    private CaptureTime? _now;

    /// <summary>The time before the last frame, if that was far ahead.</summary>
    private CaptureTime? _beforeJump;
    private bool _wentBack;

    /// <summary>Whether a frame is earlier than one before it.</summary>
    public bool IsLate(CaptureTime time)
    {
        if (time < _latest)
        {
            return true;
        }

        _latest = time;
        return false;
    }

    /// <summary>The time that a frame is analysed at.</summary>
    public CaptureTime Follow(CaptureTime time)
    {
        if (_now is not { } now)
        {
            _now = time;
            return time;
        }

        var moved = time - now;
        if (moved.Nanoseconds >= -Step.Nanoseconds)
        {
            _beforeJump = moved > Step ? now : null;
            _wentBack = false;
            _now = time > now ? time : now;
            return time;
        }

        var isTrue = _wentBack || (_beforeJump is { } before && time >= before);
        _wentBack = !isTrue;
        _beforeJump = null;
        _now = isTrue ? time : now;
        return isTrue ? time : now;
    }

    public void Keep(StateArchive archive)
    {
        _latest = archive.Value(_latest);
        _now = archive.Optional(_now);
        _beforeJump = archive.Optional(_beforeJump);
        _wentBack = archive.Value(_wentBack);
    }
}
