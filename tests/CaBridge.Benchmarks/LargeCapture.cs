using System.Buffers.Binary;
using System.IO.Compression;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Benchmarks;

/// <summary>A large capture of the small ones: each part has a subnet of its own and follows the one before by a second.</summary>
internal static class LargeCapture
{
    /// <summary>Those on Ethernet with microseconds; the frequent kinds of traffic more often, as on a network.</summary>
    private static readonly string[] Parts =
    [
        "access-denied", "cid-collision", "duplicate-pv", "fragments", "ioc-restart", "ioc-startup", "lossy", "mixed-ops", "other-port",
        "slow-client", "catime", "ioc-startup", "ioc-startup", "mixed-ops", "mixed-ops",
    ];

    public static byte[] Unpack(string name)
    {
        var path = Path.Combine(Folder(), name + ".pcap");
        if (File.Exists(path))
        {
            return File.ReadAllBytes(path);
        }

        using var packed = new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <param name="bytesAtLeast">How large it becomes, with the copy that reaches it whole.</param>
    /// <returns>The number of frames.</returns>
    public static long Write(string path, long bytesAtLeast)
    {
        var parts = Parts.Select(name => Unpack(name)).ToList();
        using var file = File.Create(path);
        var writer = new PcapWriter(file, new PcapWriterOptions { LinkType = LinkType.Ethernet, HasNanoseconds = false });
        var start = 1_795_414_000_000_000_000L;
        var frames = 0L;
        for (var site = 0; file.Length < bytesAtLeast;)
        {
            foreach (var part in parts)
            {
                start = Append(writer, part, start, site++, ref frames) + CaptureDuration.NanosecondsPerSecond;
            }
        }

        return frames;
    }

    private static long Append(PcapWriter writer, byte[] part, long start, int site, ref long frames)
    {
        using var reader = CaptureReader.Open(new MemoryStream(part), "part", new CaptureReaderOptions());
        var (first, last) = (long.MinValue, start);
        while (reader.TryRead(out var packet))
        {
            first = first == long.MinValue ? packet.Time.UnixNanoseconds : first;
            last = start + packet.Time.UnixNanoseconds - first;
            var data = packet.Data.ToArray();
            Move(data, site);
            writer.Write(new Packet(new CaptureTime(last), ++frames, packet.LinkType, data, packet.OriginalLength));
        }

        return last;
    }

    private static void Move(byte[] frame, int site)
    {
        const int TypeOffset = 12;
        const int SourceOffset = 26;
        const int DestinationOffset = 30;
        if (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(TypeOffset)) != 0x0800)
        {
            return;
        }

        foreach (var offset in (int[])[SourceOffset, DestinationOffset])
        {
            if (frame[offset] == 10)
            {
                frame[offset + 1] = (byte)(44 + site % 200);
                frame[offset + 2] = (byte)(site / 200);
            }
        }
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CaBridge.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("CaBridge.sln is in no folder above the benchmarks");
        }

        return Path.Combine(folder.FullName, "tests", "captures");
    }
}
