using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Capture.Live;

/// <summary>Frames of recordings in a pcap file as tcpreplay takes it: plain, Ethernet, whole frames.</summary>
internal sealed class ReplayFile : IDisposable
{
    /// <summary>The smallest frame that a cable carries, less its checksum: tcpreplay and drivers may pad to it.</summary>
    private const int MinFrameBytes = 60;

    public ReplayFile(params string[] captures)
        : this(captures.SelectMany(name => GoldenCapture.Named(name).Frames))
    {
    }

    public ReplayFile(IEnumerable<CapturedFrame> frames)
    {
        FilePath = Path.Combine(Directory.CreateTempSubdirectory("cabridge").FullName, "replay.pcap");
        Frames = [.. frames.Where(frame => frame.LinkType == LinkType.Ethernet && frame.Data.Length == frame.OriginalLength && frame.Data.Length >= MinFrameBytes)];
        using var stream = File.Create(FilePath);
        using var writer = new PcapWriter(stream, new PcapWriterOptions { LinkType = LinkType.Ethernet });
        foreach (var frame in Frames)
            writer.Write(new Packet(new CaptureTime(frame.UnixNanoseconds), frame: 0, LinkType.Ethernet, frame.Data, frame.OriginalLength));
    }

    public string FilePath { get; }

    public IReadOnlyList<CapturedFrame> Frames { get; }

    /// <summary>How many of them tcpdump finds to pass a filter.</summary>
    public int CountOf(string filter) =>
        VethPair.Demand("tcpdump", "-n", "-r", FilePath, "-t", filter).Split('\n').Count(line => line.StartsWith("IP", StringComparison.Ordinal));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(FilePath)!, recursive: true);
}
