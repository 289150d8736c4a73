using System.IO.Pipelines;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Extcap.Output;

/// <summary>
/// What Wireshark gets, as pcapng. Who captures never waits for Wireshark: a thread of its own hands on what waits, a few milliseconds after the first
/// packet of it. When too much waits, packets are dropped, and counted with their interface. One thread at a time writes packets.
/// </summary>
internal sealed class PacketOutput : IDisposable
{
    /// <summary>Wireshark refuses blocks of more than 256 KiB, comments included.</summary>
    public const int MaxPacketBytes = (256 - 8) * 1024;

    /// <summary>As much as the kernel's buffer of a device has by default.</summary>
    public const int DefaultMaxWaitingBytes = 64 * 1024 * 1024;

    private const int FlushMilliseconds = 5;

    /// <summary>At the end Wireshark has so long to take what waits.</summary>
    private const int EndMilliseconds = 250;

    private readonly Stream _stream;
    private readonly int _maxWaitingBytes;
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 128 * 1024, useSynchronizationContext: false));
    private readonly PcapngWriter _writer;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _waiting = new();
    private readonly CancellationTokenSource _broken = new();
    private readonly List<Counts> _counts = [];
    private readonly Thread _thread;
    private long _handedOn;
    private bool _hasBegun;
    private bool _isEnded;

    /// <param name="stream">Stays open.</param>
    public PacketOutput(Stream stream, int maxWaitingBytes = DefaultMaxWaitingBytes)
    {
        (_stream, _maxWaitingBytes) = (stream, maxWaitingBytes);
        _writer = new PcapngWriter(_pipe.Writer.AsStream(), new PcapngWriterOptions { Application = $"cabridge-extcap {Contract.Listing.ProgramVersion}" });
        _thread = new Thread(HandOn) { IsBackground = true, Name = "output" };
        _thread.Start();
    }

    /// <summary>Nothing can be written any more.</summary>
    public CancellationToken Broken => _broken.Token;

    /// <summary>Why; null while it can be, and where nobody reads any more, which is no fault.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>Packets that were dropped because too much waited.</summary>
    public long Dropped { get; private set; }

    /// <summary>The capture has succeeded so far: what waits is written from now on. To a capture that fails before, Wireshark gives an error of its own.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _hasBegun = true;
            _waiting.Set();
        }
    }

    /// <returns>The index by which packets name it.</returns>
    public int AddInterface(CaptureInterface described)
    {
        lock (_lock)
        {
            _counts.Add(new Counts());
            return _writer.AddInterface(described with { SnapLengthBytes = Math.Min(described.SnapLengthBytes, MaxPacketBytes) });
        }
    }

    /// <param name="packet">Cut to <see cref="MaxPacketBytes"/>. A time before 1970, which the format cannot say, becomes 1970.</param>
    /// <returns>False if it was dropped.</returns>
    public bool TryWrite(in Packet packet, int interfaceIndex, ReadOnlySpan<char> comment)
    {
        lock (_lock)
        {
            if (_writer.Bytes - Interlocked.Read(ref _handedOn) > _maxWaitingBytes)
            {
                _counts[interfaceIndex].Dropped++;
                Dropped++;
                return false;
            }

            var data = packet.Data[..Math.Min(packet.Data.Length, MaxPacketBytes)];
            var time = new CaptureTime(Math.Max(0, packet.Time.UnixNanoseconds));
            _writer.Write(new Packet(time, packet.Frame, packet.LinkType, data, packet.OriginalLength, interfaceIndex), comment);
            _waiting.Set();
            return true;
        }
    }

    public void WriteName(Endpoint host, string name)
    {
        lock (_lock)
        {
            _writer.WriteName(host, name);
        }
    }

    /// <summary>Tells what was lost on an interface, with what was dropped here: when that has grown, and at the end.</summary>
    public void WriteStatistics(int interfaceIndex, InterfaceStatistics statistics, bool isLast)
    {
        lock (_lock)
        {
            var counts = _counts[interfaceIndex];
            var dropped = (statistics.Dropped ?? 0) + counts.Dropped;
            if (isLast || dropped > counts.Told)
            {
                counts.Told = dropped;
                _writer.WriteStatistics(interfaceIndex, statistics with { Dropped = dropped });
                _waiting.Set();
            }
        }
    }

    /// <summary>What Wireshark does not take soon is left: it has ended, or hangs.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isEnded = true;
            _waiting.Set();
        }

        if (_thread.Join(EndMilliseconds))
        {
            _waiting.Dispose();
            _broken.Dispose();
        }
    }

    private void HandOn()
    {
        bool isEnded, hasBegun;
        do
        {
            // others may join what waits
            _waiting.Wait();
            Thread.Sleep(FlushMilliseconds);
            lock (_lock)
            {
                (isEnded, hasBegun) = (_isEnded, _hasBegun);
                _waiting.Reset();
                if (hasBegun)
                {
                    _writer.Flush();
                }
            }

            if (hasBegun)
            {
                Write();
            }
        }
        while (!isEnded);
    }

    private void Write()
    {
        while (_pipe.Reader.TryRead(out var read) && !read.Buffer.IsEmpty)
        {
            foreach (var part in read.Buffer)
            {
                Write(part.Span);
            }

            Interlocked.Add(ref _handedOn, read.Buffer.Length);
            _pipe.Reader.AdvanceTo(read.Buffer.End);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        const int BrokenPipe = 32;
        if (_broken.IsCancellationRequested)
        {
            return;
        }

        try
        {
            _stream.Write(bytes);
        }
        catch (IOException failure)
        {
            Failure = failure.HResult == BrokenPipe ? null : failure;
            _ = _broken.CancelAsync();
        }
    }

    private sealed class Counts
    {
        public long Dropped { get; set; }

        public long Told { get; set; }
    }
}
