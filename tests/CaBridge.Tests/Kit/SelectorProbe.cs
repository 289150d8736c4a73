using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Kit;

/// <summary>Frames as they come to a selector, and the numbers of those that pass. Time starts at 1000 ms and moves 1 ms for each frame.</summary>
internal sealed class SelectorProbe(TrafficSelectorOptions? options = null)
{
    private readonly TrafficSelector _selector = new(options ?? new TrafficSelectorOptions());
    private readonly List<long> _passed = [];
    private long _frame;

    /// <summary>Only makes frames.</summary>
    public Wire Wire { get; } = new();

    public double Now { get; set; } = 1000;

    public TrafficSelectorCounts Counts => _selector.Counts;

    /// <summary>A new list each time: what passed since it was asked for last.</summary>
    public IReadOnlyList<long> TakePassed()
    {
        long[] passed = [.. _passed];
        _passed.Clear();
        return passed;
    }

    /// <returns>The number of the last one.</returns>
    public long Put(params WireFrame[] frames)
    {
        foreach (var frame in frames)
        {
            Now++;
            _selector.Push(new Packet(Wire.Time(Now), ++_frame, LinkType.Ethernet, frame.Bytes, frame.Bytes.Length), Take);
        }

        return _frame;
    }

    public void AdvanceTo(double milliseconds)
    {
        Now = milliseconds;
        _selector.AdvanceTo(Wire.Time(milliseconds), Take);
    }

    public void End() => _selector.Complete(Take);

    private void Take(in Packet packet) => _passed.Add(packet.Frame);
}
