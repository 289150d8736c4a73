using System.Buffers.Binary;
using System.Text.Unicode;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Capture;

/// <summary>How a pcapng stream is written.</summary>
public sealed record PcapngWriterOptions
{
    /// <summary>The program that the section header names; <c>null</c> to name none.</summary>
    public string? Application { get; init; } = "CaBridge";

    /// <summary>Whether each block goes to the stream at once, as who follows a pipe needs it; else by 64 KiB.</summary>
    public bool FlushesEachBlock { get; init; }
}

/// <summary>What an interface counted while it recorded. <c>null</c> leaves a figure out.</summary>
/// <param name="Time">When it was counted.</param>
/// <param name="Received">Packets that the interface saw.</param>
/// <param name="Dropped">Packets that the interface or the system could not keep.</param>
public readonly record struct InterfaceStatistics(CaptureTime Time, long? Received, long? Dropped);

/// <summary>
/// Writes one section of pcapng, little-endian, with nanoseconds. Allocates nothing per packet. A packet's interface must have been added before.
/// One thread at a time.
/// </summary>
public sealed class PcapngWriter : IDisposable
{
    private const int FlushBytes = 64 * 1024;
    private const byte NanosecondResolution = 9;

    // option codes: 1 is a comment in any block, the others are the block's own
    private const ushort CommentOption = 1;
    private const ushort ApplicationOption = 4;
    private const ushort InterfaceNameOption = 2;
    private const ushort InterfaceDescriptionOption = 3;
    private const ushort InterfaceResolutionOption = 9;
    private const ushort StatisticsReceivedOption = 4;
    private const ushort StatisticsDroppedOption = 5;
    private const int MaxTextBytes = 4096;

    // records of a name resolution block are built as options are
    private const ushort IPv4NameRecord = 1;
    private const ushort IPv6NameRecord = 2;
    private const int IPv4Bytes = 4;
    private const int AddressBytes = 16;

    private readonly Stream _stream;
    private readonly bool _flushesEachBlock;
    private readonly PcapngBlockBuffer _blocks = new(FlushBytes * 2);
    private int _interfaceCount;
    private long _handedOver;

    /// <param name="stream">Takes the section; disposed with the writer.</param>
    /// <param name="options">How it is written.</param>
    public PcapngWriter(Stream stream, PcapngWriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        _stream = stream;
        _flushesEachBlock = options.FlushesEachBlock;

        _blocks.Begin(PcapngBlockType.SectionHeader);
        _blocks.Put(PcapngBlockType.ByteOrderMagic);
        _blocks.Put((ushort)1);
        _blocks.Put((ushort)0);
        _blocks.Put(ulong.MaxValue); // the section's length is not known
        if (options.Application is { } application)
            PutText(ApplicationOption, application);
        EndBlock(hasOptions: options.Application is not null);
    }

    /// <summary>Bytes of the section so far, with those that the stream does not have yet.</summary>
    public long Bytes => _handedOver + _blocks.Length;

    /// <returns>The index by which packets name the interface.</returns>
    public int AddInterface(CaptureInterface description)
    {
        ArgumentNullException.ThrowIfNull(description);
        _blocks.Begin(PcapngBlockType.InterfaceDescription);
        _blocks.Put((ushort)description.LinkType);
        _blocks.Put((ushort)0);
        _blocks.Put((uint)description.SnapLengthBytes);
        if (description.Name is { } name)
            PutText(InterfaceNameOption, name);
        if (description.Description is { } text)
            PutText(InterfaceDescriptionOption, text);
        _blocks.PutOption(InterfaceResolutionOption, [NanosecondResolution]);
        EndBlock(hasOptions: true);
        return _interfaceCount++;
    }

    /// <param name="packet">Its interface tells the link type; its frame number is not written.</param>
    /// <param name="comment">Shown by Wireshark with the packet; cut to 4 KiB of UTF-8. Empty for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such interface, or the time is before 1970, which the format cannot say.</exception>
    public void Write(in Packet packet, ReadOnlySpan<char> comment = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(packet.InterfaceIndex, nameof(packet));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(packet.InterfaceIndex, _interfaceCount, nameof(packet));
        ArgumentOutOfRangeException.ThrowIfNegative(packet.Time.UnixNanoseconds, nameof(packet));

        _blocks.Begin(PcapngBlockType.EnhancedPacket);
        _blocks.Put((uint)packet.InterfaceIndex);
        PutTime(packet.Time);
        _blocks.Put((uint)packet.Data.Length);
        _blocks.Put((uint)packet.OriginalLength);
        _blocks.PutPadded(packet.Data);
        if (!comment.IsEmpty)
            PutText(CommentOption, comment);
        EndBlock(hasOptions: !comment.IsEmpty);
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such interface, or the time is before 1970.</exception>
    public void WriteStatistics(int interfaceIndex, in InterfaceStatistics statistics)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(interfaceIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(interfaceIndex, _interfaceCount);
        ArgumentOutOfRangeException.ThrowIfNegative(statistics.Time.UnixNanoseconds, nameof(statistics));

        _blocks.Begin(PcapngBlockType.InterfaceStatistics);
        _blocks.Put((uint)interfaceIndex);
        PutTime(statistics.Time);
        if (statistics.Received is { } received)
            _blocks.PutOption(StatisticsReceivedOption, (ulong)received);
        if (statistics.Dropped is { } dropped)
            _blocks.PutOption(StatisticsDroppedOption, (ulong)dropped);
        EndBlock(hasOptions: statistics.Received is not null || statistics.Dropped is not null);
    }

    /// <summary>Tells what a host is called, for whom names of addresses are wanted.</summary>
    /// <param name="host">Its port is not told.</param>
    /// <param name="name">Cut to 4 KiB of UTF-8, and at a NUL.</param>
    public void WriteName(Endpoint host, ReadOnlySpan<char> name)
    {
        Span<byte> record = stackalloc byte[AddressBytes + MaxTextBytes + 1];
        BinaryPrimitives.WriteUInt128BigEndian(record, host.Address);
        var address = host.IsIPv4 ? IPv4Bytes : AddressBytes;
        record = record[(AddressBytes - address)..];
        var end = name.IndexOf('\0');
        Utf8.FromUtf16(end < 0 ? name : name[..end], record[address..^1], out _, out var length);
        record[address + length] = 0;

        _blocks.Begin(PcapngBlockType.NameResolution);
        _blocks.PutOption(host.IsIPv4 ? IPv4NameRecord : IPv6NameRecord, record[..(address + length + 1)]);
        _blocks.Put(0u); // nrb_record_end
        EndBlock(hasOptions: false);
    }

    /// <summary>Hands everything written so far to the stream, and flushes that.</summary>
    public void Flush()
    {
        WriteBlocks();
        _stream.Flush();
    }

    public void Dispose()
    {
        Flush();
        _stream.Dispose();
    }

    private void PutTime(CaptureTime time)
    {
        var ticks = (ulong)time.UnixNanoseconds;
        _blocks.Put((uint)(ticks >> 32));
        _blocks.Put((uint)ticks);
    }

    private void PutText(ushort option, ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[MaxTextBytes];
        Utf8.FromUtf16(text, utf8, out _, out var length);
        _blocks.PutOption(option, utf8[..length]);
    }

    private void EndBlock(bool hasOptions)
    {
        if (hasOptions)
            _blocks.Put(0u); // opt_endofopt
        _blocks.End();
        if (_flushesEachBlock)
            Flush();
        else if (_blocks.Length >= FlushBytes)
            WriteBlocks();
    }

    private void WriteBlocks()
    {
        _handedOver += _blocks.Length;
        _blocks.WriteTo(_stream);
    }
}
