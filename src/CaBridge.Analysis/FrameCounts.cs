using CaBridge.Analysis.Packets;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis;

/// <summary>What was read, and how much of it was Channel Access.</summary>
internal sealed class FrameCounts
{
    public long FramesRead { get; private set; }

    public long TransportFrames { get; private set; }

    public long ChannelAccessFrames { get; private set; }

    public long Bytes { get; private set; }

    public long ChannelAccessBytes { get; private set; }

    public long Circuits { get; private set; }

    public CaptureTime First { get; private set; } = new(long.MaxValue);

    public CaptureTime Last { get; private set; } = new(long.MinValue);

    public void Read(in Packet packet)
    {
        FramesRead++;
        Bytes += packet.OriginalLength;
        if (packet.Time < First)
        {
            First = packet.Time;
        }

        if (packet.Time > Last)
        {
            Last = packet.Time;
        }
    }

    public void Transport() => TransportFrames++;

    public void ChannelAccess(long frames, long bytes)
    {
        ChannelAccessFrames += frames;
        ChannelAccessBytes += bytes;
    }

    public void Circuit() => Circuits++;

    public void Keep(StateArchive archive)
    {
        FramesRead = archive.Value(FramesRead);
        TransportFrames = archive.Value(TransportFrames);
        ChannelAccessFrames = archive.Value(ChannelAccessFrames);
        Bytes = archive.Value(Bytes);
        ChannelAccessBytes = archive.Value(ChannelAccessBytes);
        Circuits = archive.Value(Circuits);
        First = archive.Value(First);
        Last = archive.Value(Last);
    }
}
