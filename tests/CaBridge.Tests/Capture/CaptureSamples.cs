using System.IO.Compression;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Tests.Capture;

/// <summary>A frame as it was handed over, out of the reader's buffer.</summary>
internal sealed record ReadFrame(long Frame, long UnixNanoseconds, LinkType LinkType, string Data, int OriginalLength, int InterfaceIndex);

/// <summary>All that a reader made of an input.</summary>
internal sealed record ReadCapture(IReadOnlyList<ReadFrame> Frames, IReadOnlyList<CaptureProblem> Problems, CaptureFile File)
{
    public IEnumerable<long> Numbers => Frames.Select(frame => frame.Frame);

    public IEnumerable<long> Times => Frames.Select(frame => frame.UnixNanoseconds);

    public IEnumerable<string> Messages => Problems.Select(problem => problem.Message);
}

/// <summary>Gives one byte at a time, as the slowest pipe would, and cannot seek.</summary>
internal sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
}

internal static class CaptureSamples
{
    public static readonly CaptureReaderOptions AtOnce = new() { ReorderWindow = 0 };

    public static ReadCapture ReadAll(byte[] bytes, CaptureReaderOptions? options = null) => ReadAll(new MemoryStream(bytes), options);

    public static ReadCapture ReadAll(Stream stream, CaptureReaderOptions? options = null)
    {
        using var reader = CaptureReader.Open(stream, "sample", options ?? AtOnce);
        var frames = new List<ReadFrame>();
        while (reader.TryRead(out var packet))
            frames.Add(Keep(packet));
        return new ReadCapture(frames, reader.Problems, reader.File);
    }

    public static ReadFrame Keep(in Packet packet) => new(
        packet.Frame,
        packet.Time.UnixNanoseconds,
        packet.LinkType,
        Convert.ToHexString(packet.Data),
        packet.OriginalLength,
        packet.InterfaceIndex);

    /// <summary>A pcap of frames of 1, 2, 3… bytes, each filled with its number, at the given times.</summary>
    public static byte[] Pcap(IEnumerable<long> unixNanoseconds, PcapWriterOptions? options = null)
    {
        var stream = new MemoryStream();
        using var writer = new PcapWriter(stream, options ?? new PcapWriterOptions { HasNanoseconds = true });
        var number = 0;
        foreach (var time in unixNanoseconds)
        {
            number++;
            writer.Write(new Packet(new CaptureTime(time), frame: 0, LinkType.Ethernet, Data(number), originalLength: 1000 + number));
        }

        return stream.ToArray();
    }

    public static byte[] Data(int number)
    {
        var data = new byte[1 + (number % 61)];
        data.AsSpan().Fill((byte)number);
        return data;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
