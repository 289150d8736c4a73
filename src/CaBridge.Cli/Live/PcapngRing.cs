using System.Globalization;
using CaBridge.Agent;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Cli.Live;

/// <summary>Where captured packets are kept.</summary>
internal sealed record PcapngRingOptions
{
    public required string Path { get; init; }

    /// <summary>A file that reaches this is followed by another one; 0 for one file without bound.</summary>
    public long FileBytes { get; init; }

    /// <summary>The oldest files beyond so many are deleted.</summary>
    public int Files { get; init; } = 1;

    /// <summary>Opens a file to write; for tests.</summary>
    public Func<string, Stream> Open { get; init; } = path => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
}

/// <summary>
/// pcapng files in a ring: <c>NAME-00001.pcapng</c>, <c>NAME-00002.pcapng</c>, …; counting goes on where an earlier run ended, and that run's
/// files are the oldest of the ring. One thread.
/// </summary>
internal sealed class PcapngRing : IDisposable
{
    private const string Digits = "D5";

    private readonly PcapngRingOptions _options;
    private readonly IReadOnlyList<CaptureInterface> _interfaces;
    private readonly Queue<string> _files;
    private Stream _stream;
    private PcapngWriter _writer;
    private int _number;

    /// <exception cref="AgentException">There can be no file; the message is for the user.</exception>
    public PcapngRing(PcapngRingOptions options, IReadOnlyList<CaptureInterface> interfaces)
    {
        (_options, _interfaces) = (options, interfaces);
        try
        {
            var earlier = options.FileBytes == 0 ? [] : Earlier();
            _files = new Queue<string>(earlier.Select(file => file.Path));
            _number = earlier.Count == 0 ? 0 : earlier[^1].Number;
            (_stream, _writer) = Open();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentException($"'{options.Path}' cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Files that this run wrote.</summary>
    public int FilesWritten { get; private set; }

    /// <summary>The file that is written now.</summary>
    public string Current { get; private set; } = "";

    /// <exception cref="IOException">The disk is full, or does not work; nothing is to be written any more.</exception>
    public void Write(in Packet packet)
    {
        // a file is longer by what the writer holds back to write it at once: some 64 KiB
        if (_options.FileBytes > 0 && _stream.Position >= _options.FileBytes)
        {
            _writer.Dispose();
            (_stream, _writer) = Open();
        }

        _writer.Write(in packet);
    }

    /// <summary>So that who reads the file meanwhile has all of it.</summary>
    /// <exception cref="IOException">As <see cref="Write"/>.</exception>
    public void Flush() => _writer.Flush();

    /// <summary>Tells in the file what was received and lost on an interface.</summary>
    /// <exception cref="IOException">As <see cref="Write"/>.</exception>
    public void WriteStatistics(int interfaceIndex, CaptureTime time, long received, long dropped) =>
        _writer.WriteStatistics(interfaceIndex, new InterfaceStatistics(time, received, dropped));

    /// <exception cref="IOException">What was not written yet cannot be.</exception>
    public void Dispose() => _writer.Dispose();

    /// <summary>Ends without writing what is left, after a failure.</summary>
    public void Abandon() => _stream.Dispose();

    private (Stream Stream, PcapngWriter Writer) Open()
    {
        Current = _options.FileBytes == 0 ? _options.Path : PathOf(++_number);
        while (_files.Count >= _options.Files)
        {
            File.Delete(_files.Dequeue());
        }

        var stream = _options.Open(Current);
        var writer = new PcapngWriter(stream, new PcapngWriterOptions());
        foreach (var described in _interfaces)
        {
            writer.AddInterface(described);
        }

        _files.Enqueue(Current);
        FilesWritten++;
        return (stream, writer);
    }

    private string PathOf(int number) => Path.Combine(Folder, Stem + number.ToString(Digits, CultureInfo.InvariantCulture) + Extension);

    private string Folder => Path.GetDirectoryName(Path.GetFullPath(_options.Path))!;

    private string Stem => Path.GetFileNameWithoutExtension(_options.Path) + "-";

    private string Extension => Path.GetExtension(_options.Path);

    /// <summary>By number.</summary>
    private List<(int Number, string Path)> Earlier() =>
    [
        .. Directory.EnumerateFiles(Folder)
            .Select(path => (Number: NumberOf(Path.GetFileName(path)), Path: path))
            .Where(file => file.Number > 0)
            .OrderBy(file => file.Number),
    ];

    private int NumberOf(string name) =>
        name.StartsWith(Stem, StringComparison.Ordinal)
        && name.EndsWith(Extension, StringComparison.Ordinal)
        && name.Length >= Stem.Length + Extension.Length + Digits[1] - '0'
        && int.TryParse(name.AsSpan(Stem.Length, name.Length - Stem.Length - Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
