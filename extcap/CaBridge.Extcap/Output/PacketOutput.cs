using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Extcap.Output;

/// <summary>What Wireshark gets, as pcapng: written by one thread at a time, flushed a few milliseconds after the first packet that waits.</summary>
internal sealed class PacketOutput : IDisposable
{
    /// <summary>Wireshark refuses blocks of more than 256 KiB, comments included.</summary>
    public const int MaxPacketBytes = (256 - 8) * 1024;

    private const int FlushMilliseconds = 5;

    private readonly Stream _stream;
    private readonly PcapngWriter _writer;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _waiting = new();
    private readonly Thread _flusher;
    private bool _hasBegun;
    private bool _isEnded;

    /// <param name="stream">Disposed with this.</param>
    public PacketOutput(Stream stream)
    {
        _stream = stream;
        _writer = new PcapngWriter(stream, new PcapngWriterOptions { Application = $"cabridge-extcap {Contract.Listing.ProgramVersion}" });
        _flusher = new Thread(FlushAll) { IsBackground = true, Name = "flush" };
        _flusher.Start();
    }

    /// <summary>Why nothing can be written any more; null while it can. Nobody who reads is no fault.</summary>
    public IOException? Failure { get; private set; }

    public bool IsBroken { get; private set; }

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
            var index = 0;
            Try(() => index = _writer.AddInterface(described with { SnapLengthBytes = Math.Min(described.SnapLengthBytes, MaxPacketBytes) }));
            return index;
        }
    }

    /// <param name="packet">Cut to <see cref="MaxPacketBytes"/>. A time before 1970, which the format cannot say, becomes 1970.</param>
    public void Write(in Packet packet, int interfaceIndex, ReadOnlySpan<char> comment)
    {
        lock (_lock)
        {
            if (IsBroken)
            {
                return;
            }

            try
            {
                _writer.Write(
                    new Packet(
                        new CaptureTime(Math.Max(0, packet.Time.UnixNanoseconds)),
                        packet.Frame,
                        packet.LinkType,
                        packet.Data[..Math.Min(packet.Data.Length, MaxPacketBytes)],
                        packet.OriginalLength,
                        interfaceIndex),
                    comment);
            }
            catch (IOException failure)
            {
                Break(failure);
            }

            _waiting.Set();
        }
    }

    public void WriteName(Endpoint host, string name)
    {
        lock (_lock)
        {
            Try(() => _writer.WriteName(host, name));
        }
    }

    public void WriteStatistics(int interfaceIndex, InterfaceStatistics statistics)
    {
        lock (_lock)
        {
            Try(() => _writer.WriteStatistics(interfaceIndex, in statistics));
            _waiting.Set();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_hasBegun)
            {
                Try(_writer.Flush);
            }

            _isEnded = true;
            _waiting.Set();
        }

        _flusher.Join();
        _stream.Dispose();
        _waiting.Dispose();
    }

    private void FlushAll()
    {
        while (true)
        {
            _waiting.Wait();
            lock (_lock)
            {
                if (_isEnded)
                {
                    return;
                }
            }

            // others may join what waits
            Thread.Sleep(FlushMilliseconds);
            lock (_lock)
            {
                _waiting.Reset();
                if (_isEnded)
                {
                    return;
                }

                Try(_writer.Flush);
            }
        }
    }

    private void Try(Action write)
    {
        if (IsBroken)
        {
            return;
        }

        try
        {
            write();
        }
        catch (IOException failure)
        {
            Break(failure);
        }
    }

    private void Break(IOException failure)
    {
        const int BrokenPipe = 32;
        IsBroken = true;
        Failure = failure.HResult == BrokenPipe ? null : failure;
    }
}
