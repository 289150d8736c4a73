using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Capture;

/// <summary>
/// Reads one capture, pcap or pcapng, packed with gzip or not: in the order of time as far as
/// <see cref="CaptureReaderOptions.ReorderWindow"/> reaches, each frame with its number in the file. One thread at a time.
/// </summary>
public sealed class CaptureReader : IDisposable
{
    private readonly CaptureSource _source;
    private readonly InputBuffer _input;
    private readonly ProblemLog _problems;
    private readonly ICaptureFormat _format;
    private readonly FrameScanner _scanner;
    private readonly ReorderWindow? _window;
    private readonly Action? _beforeWaiting;
    private FrameRecord _current;
    private long _earliest = long.MaxValue;
    private long _latest = long.MinValue;

    private CaptureReader(CaptureSource source, CaptureReaderOptions options)
    {
        _source = source;
        _problems = new ProblemLog(source.Name);
        _input = new InputBuffer(source, options.BufferBytes);
        _format = CaptureOpening.ReadFormat(source, _input, _problems);
        _scanner = new FrameScanner(_input, _format, source, _problems);
        _beforeWaiting = options.BeforeWaiting;
        _window = options.ReorderWindow == 0 ? null : new ReorderWindow(_scanner, options.ReorderWindow);
    }

    /// <summary>The interfaces described so far; <see cref="Packet.InterfaceIndex"/> counts in it. Sections of a file follow each other.</summary>
    public IReadOnlyList<CaptureInterface> Interfaces => _format.Interfaces;

    /// <summary>What went wrong so far; complete once <see cref="TryRead"/> was <c>false</c>. At most 64.</summary>
    public IReadOnlyList<CaptureProblem> Problems => _problems.Snapshot();

    /// <summary>What is known of the file so far.</summary>
    public CaptureFile File => new(
        _source.Name,
        _source.IsGzip ? $"{_format.Name}, gzip" : _format.Name,
        FramesRead,
        FramesRead == 0 ? null : new CaptureTime(_earliest),
        FramesRead == 0 ? null : new CaptureTime(_latest));

    public long FramesRead { get; private set; }

    /// <summary>Bytes taken from the input, of a gzip file compressed ones; ahead of the frames by what is buffered.</summary>
    public long BytePosition => _source.BytePosition;

    /// <summary>What <see cref="BytePosition"/> will reach; <c>null</c> if that is not known, as for pipes.</summary>
    public long? TotalBytes => _source.TotalBytes;

    /// <summary>The frame that <see cref="MoveNext"/> went to; valid until it is called again.</summary>
    internal Packet Current => new(
        new CaptureTime(_current.UnixNanoseconds),
        _current.Frame,
        _current.LinkType,
        _input.Slice(_current.Offset, _current.CapturedLength),
        _current.OriginalLength,
        _current.InterfaceIndex);

    internal long CurrentUnixNanoseconds => _current.UnixNanoseconds;

    /// <param name="path">A file, or <c>-</c> for standard input.</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="CaptureException">It is not there, may not be read, or is no capture; the message is for the user.</exception>
    public static CaptureReader Open(string path, CaptureReaderOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        return Open(CaptureSource.FromPath(path), options);
    }

    /// <param name="stream">The capture from its first byte; the reader disposes it, also if opening fails.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="CaptureException">It is no capture; the message is for the user.</exception>
    public static CaptureReader Open(Stream stream, string name, CaptureReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        return Open(CaptureSource.FromStream(stream, name), options);
    }

    /// <summary>Goes to the next frame. <paramref name="packet"/>'s bytes are the reader's buffer: valid until the next call.</summary>
    /// <returns><c>false</c> at the end, or where nothing can be read any further; <see cref="Problems"/> tells. Never throws for content.</returns>
    public bool TryRead(out Packet packet)
    {
        if (!MoveNext())
        {
            packet = default;
            return false;
        }

        packet = Current;
        return true;
    }

    public void Dispose() => _source.Dispose();

    internal bool MoveNext()
    {
        if (!(_window?.TryNext(ref _current) ?? TryScan()))
            return false;

        FramesRead++;
        var time = _current.UnixNanoseconds;
        _latest = Math.Max(_latest, time);
        _earliest = Math.Min(_earliest, time);
        return true;
    }

    private static CaptureReader Open(CaptureSource source, CaptureReaderOptions options)
    {
        try
        {
            return new CaptureReader(source, options);
        }
        catch (CaptureException)
        {
            source.Dispose();
            throw;
        }
    }

    private bool TryScan()
    {
        ScanOutcome outcome;
        while ((outcome = _scanner.Next(ref _current)) == ScanOutcome.Starved)
        {
            if (!_input.HasRoom)
                _input.MakeRoom([], _scanner.NeededBytes);
            _beforeWaiting?.Invoke();
            _input.Fill();
        }

        return outcome == ScanOutcome.Frame;
    }
}
