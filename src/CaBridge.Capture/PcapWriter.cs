using System.Buffers.Binary;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Capture;

/// <summary>What a pcap file says of itself, and how it is laid out.</summary>
public sealed record PcapWriterOptions
{
    public LinkType LinkType { get; init; } = LinkType.Ethernet;

    /// <summary>Only said, not done: packets are written as they are given.</summary>
    public int SnapLengthBytes { get; init; } = 262_144;

    /// <summary>Whether time stamps keep nanoseconds; else they are cut to microseconds.</summary>
    public bool HasNanoseconds { get; init; }

    public bool IsBigEndian { get; init; }
}

/// <summary>Writes the classic format. Not buffered: meant for small files.</summary>
public sealed class PcapWriter : IDisposable
{
    private const uint MicrosecondMagic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;

    private readonly Stream _stream;
    private readonly PcapWriterOptions _options;
    private readonly byte[] _header = new byte[PcapFormat.FileHeaderLength];

    /// <param name="stream">Takes the file header at once; disposed with the writer.</param>
    /// <param name="options">How the file is laid out.</param>
    public PcapWriter(Stream stream, PcapWriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        _stream = stream;
        _options = options;
        Put(0, options.HasNanoseconds ? NanosecondMagic : MicrosecondMagic);
        Put(4, options.IsBigEndian ? 0x0002_0004u : 0x0004_0002);
        Put(16, (uint)options.SnapLengthBytes);
        Put(20, (uint)options.LinkType);
        stream.Write(_header);
    }

    /// <summary>Writes time, lengths and data; a pcap file has one link type, and neither frame numbers nor interfaces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not in 1970 to 2106, which is all that the format can say.</exception>
    public void Write(in Packet packet)
    {
        var nanoseconds = packet.Time.UnixNanoseconds;
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds, nameof(packet));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoseconds / CaptureDuration.NanosecondsPerSecond, uint.MaxValue, nameof(packet));

        var (seconds, fraction) = Math.DivRem(nanoseconds, CaptureDuration.NanosecondsPerSecond);
        Put(0, (uint)seconds);
        Put(4, (uint)(_options.HasNanoseconds ? fraction : fraction / 1000));
        Put(8, (uint)packet.Data.Length);
        Put(12, (uint)packet.OriginalLength);
        _stream.Write(_header.AsSpan(0, 16));
        _stream.Write(packet.Data);
    }

    public void Dispose() => _stream.Dispose();

    private void Put(int offset, uint value)
    {
        if (_options.IsBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(_header.AsSpan(offset), value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(_header.AsSpan(offset), value);
    }
}
