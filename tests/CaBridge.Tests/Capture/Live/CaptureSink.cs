using System.Diagnostics;
using CaBridge.Analysis.Packets;
using CaBridge.Capture.Live;

namespace CaBridge.Tests.Capture.Live;

/// <summary>Keeps what a live capture hands over.</summary>
internal sealed class CaptureSink
{
    private readonly Lock _lock = new();
    private readonly List<SeenFrame> _frames = [];
    private readonly List<DeviceLoss> _losses = [];

    public IReadOnlyList<SeenFrame> Frames
    {
        get
        {
            lock (_lock)
                return [.. _frames];
        }
    }

    public IReadOnlyList<DeviceLoss> Losses
    {
        get
        {
            lock (_lock)
                return [.. _losses];
        }
    }

    public void Take(in Packet packet)
    {
        lock (_lock)
        {
            _frames.Add(new SeenFrame(
                packet.Time.UnixNanoseconds, packet.Frame, packet.LinkType, packet.Data.ToArray(), packet.OriginalLength, packet.InterfaceIndex));
        }
    }

    public void TakeLoss(DeviceLoss loss)
    {
        lock (_lock)
            _losses.Add(loss);
    }

    /// <summary>Waits for a condition, but not forever.</summary>
    public static bool Wait(Func<bool> isDone, int seconds = 20)
    {
        var clock = Stopwatch.StartNew();
        while (!isDone())
        {
            if (clock.Elapsed.TotalSeconds > seconds)
                return false;
            Thread.Sleep(5);
        }

        return true;
    }

    public bool WaitFor(int frames) => Wait(() =>
    {
        lock (_lock)
            return _frames.Count >= frames;
    });

    internal sealed record SeenFrame(long UnixNanoseconds, long Frame, LinkType LinkType, byte[] Data, int OriginalLength, int InterfaceIndex);
}
