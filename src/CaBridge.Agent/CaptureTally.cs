using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Agent;

/// <summary>Between a capture and its session: counts all frames, and passes on those that are Channel Access, or all. One thread at a time.</summary>
/// <param name="session">Gets what is passed on.</param>
/// <param name="everything">Whether all is.</param>
public sealed class CaptureTally(AgentSession session, bool everything)
{
    private readonly TrafficSelector? _selector = everything ? null : new TrafficSelector(new TrafficSelectorOptions(), OtherEncapsulations.TryFindIp);
    private readonly PacketSink _passOn = session.Add;

    public long Frames { get; private set; }

    /// <summary>On the wire.</summary>
    public long Bytes { get; private set; }

    /// <summary>0 where everything is passed on: the server counts them then.</summary>
    public long SegmentsAndDatagrams => _selector is null ? 0 : _selector.Counts.Segments + _selector.Counts.Datagrams;

    /// <summary>Of no meaning before the first frame, as <see cref="Last"/>.</summary>
    public CaptureTime First { get; private set; }

    public CaptureTime Last { get; private set; }

    /// <summary>A <see cref="PacketSink"/>.</summary>
    public void Push(in Packet packet)
    {
        First = Frames == 0 || packet.Time < First ? packet.Time : First;
        Last = Frames == 0 || packet.Time > Last ? packet.Time : Last;
        Frames++;
        Bytes += packet.OriginalLength;
        if (_selector is null)
        {
            session.Add(in packet);
        }
        else
        {
            _selector.Push(in packet, _passOn);
        }
    }

    /// <summary>The capture is over: passes on what was held.</summary>
    public void Complete() => _selector?.Complete(_passOn);
}
