using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Tests.Capture;

namespace CaBridge.Tests.Captures;

/// <summary>Frames as files.</summary>
internal static class CaptureBytes
{
    /// <summary>All frames must have the link type of the first.</summary>
    public static byte[] Pcap(IEnumerable<CapturedFrame> frames, bool isBigEndian = false, bool hasNanoseconds = true)
    {
        CapturedFrame[] all = [.. frames];
        var stream = new MemoryStream();
        using var writer = new PcapWriter(
            stream, new PcapWriterOptions { LinkType = all[0].LinkType, HasNanoseconds = hasNanoseconds, IsBigEndian = isBigEndian });
        foreach (var frame in all)
            writer.Write(new Packet(new CaptureTime(frame.UnixNanoseconds), frame: 0, frame.LinkType, frame.Data, frame.OriginalLength));
        return stream.ToArray();
    }

    /// <summary>One section with an interface for each link type.</summary>
    public static byte[] Pcapng(IEnumerable<CapturedFrame> frames)
    {
        var stream = new MemoryStream();
        using (var writer = new PcapngWriter(stream, new PcapngWriterOptions()))
        {
            var interfaces = new Dictionary<LinkType, int>();
            foreach (var frame in frames)
            {
                if (!interfaces.TryGetValue(frame.LinkType, out var index))
                    interfaces.Add(frame.LinkType, index = writer.AddInterface(new CaptureInterface(Name: null, Description: null, frame.LinkType, 0)));
                writer.Write(new Packet(new CaptureTime(frame.UnixNanoseconds), frame: 0, frame.LinkType, frame.Data, frame.OriginalLength, index));
            }
        }

        return stream.ToArray();
    }

    /// <summary>
    /// Several sections, in both byte orders, each with interfaces that differ in link type, resolution and offset of time; the frames go to the
    /// interfaces in turn.
    /// </summary>
    public static byte[] MixedPcapng(IEnumerable<CapturedFrame> frames)
    {
        const int FramesPerSection = 500;
        var blocks = new PcapngBlocks();
        foreach (var (section, part) in frames.Where(FrameLayout.IsIPv4).Chunk(FramesPerSection).Index())
        {
            blocks.Section(isBigEndian: section % 2 == 1);
            foreach (var port in MixedPort.All)
                blocks.Interface((ushort)port.LinkType, 0, port.Options(blocks));
            foreach (var (i, frame) in part.Index())
            {
                var port = i % MixedPort.All.Count;
                MixedPort.All[port].Write(blocks, (uint)port, frame);
            }
        }

        return blocks.ToArray();
    }
}
