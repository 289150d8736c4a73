namespace CaBridge.Analysis.ChannelAccess;

/// <summary>What a <see cref="TrafficSelector"/> has done so far. Every frame seen is passed, dropped, held or given up.</summary>
/// <param name="FramesSeen">Frames pushed.</param>
/// <param name="FramesPassed">Frames that the sink got.</param>
/// <param name="BytesPassed">Bytes of them, as far as they were captured.</param>
/// <param name="FramesHeld">Frames whose connection or datagram is not decided yet.</param>
/// <param name="BytesHeld">Bytes of them.</param>
/// <param name="FramesGivenUp">Frames that were held and dropped for want of room: they may have been Channel Access.</param>
/// <param name="ConnectionsGivenUp">Connections of which nothing more passes, for want of room.</param>
/// <param name="Segments">TCP segments seen.</param>
/// <param name="Datagrams">UDP datagrams seen, a fragmented one once, one that was recorded twice as well.</param>
/// <param name="Circuits">Connections that turned out to be circuits.</param>
public readonly record struct TrafficSelectorCounts(
    long FramesSeen,
    long FramesPassed,
    long BytesPassed,
    long FramesHeld,
    long BytesHeld,
    long FramesGivenUp,
    long ConnectionsGivenUp,
    long Segments,
    long Datagrams,
    long Circuits)
{
    /// <summary>Frames that are not Channel Access, and second recordings of datagrams and of fragments.</summary>
    public long FramesDropped => FramesSeen - FramesPassed - FramesHeld - FramesGivenUp;
}
