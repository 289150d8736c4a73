using System.IO.Compression;

namespace CaBridge.Capture;

/// <summary>The bytes of one input, unpacked if they were compressed with gzip.</summary>
internal sealed class CaptureSource : IDisposable
{
    private const string StandardInput = "-";
    // where unpacking fails, what it had put into the same piece is lost: at the end of the file, where the checksum stands, nothing must be
    private const int UnpackedPieceBytes = 16 * 1024;
    private const int LastPieceBytes = 1;

    // stands where no byte has been unpacked yet; the very last byte comes together with the failure
    private const byte Unwritten = 0xA5;

    private readonly PrefixedStream _packed;
    private readonly Stream _stream;

    private CaptureSource(PrefixedStream packed, string name, long? totalBytes)
    {
        _packed = packed;
        Name = name;
        TotalBytes = totalBytes;

        // RFC 1952: two bytes of identification, then the only method there is
        IsGzip = packed.Peek(3) is [0x1F, 0x8B, 8];
        _stream = IsGzip ? Unpack(packed) : packed;
    }

    public string Name { get; }

    public bool IsGzip { get; }

    /// <summary>Bytes taken from the input, of a gzip file compressed ones.</summary>
    public long BytePosition => _packed.Position;

    /// <summary><c>null</c> for pipes.</summary>
    public long? TotalBytes { get; }

    /// <summary>Why reading ended before the input did; <c>null</c> if it did not.</summary>
    public string? Failure { get; private set; }

    /// <exception cref="CaptureException">It is not there, not a file, or may not be read.</exception>
    public static CaptureSource FromPath(string path)
    {
        if (string.Equals(path, StandardInput, StringComparison.Ordinal))
        {
            return Console.IsInputRedirected
                ? FromStream(Console.OpenStandardInput(), "standard input")
                : throw new CaptureException("Standard input is a terminal: pipe a capture into it.");
        }

        if (Directory.Exists(path))
            throw new CaptureException($"'{path}' is a directory, not a capture file.");

        try
        {
            return FromStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan), path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CaptureException($"There is no file '{path}'.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CaptureException($"'{path}' may not be read: permission denied.", exception);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            throw new CaptureException($"'{path}' cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Owns <paramref name="stream"/>, also if it throws.</summary>
    /// <exception cref="CaptureException">Not even the first bytes can be read.</exception>
    public static CaptureSource FromStream(Stream stream, string name)
    {
        var packed = new PrefixedStream(stream);
        try
        {
            return new CaptureSource(packed, name, stream.CanSeek ? stream.Length - stream.Position : null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            packed.Dispose();
            throw new CaptureException($"'{name}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Takes what there is, waiting only for the first byte. 0 at the end, which <see cref="Failure"/> explains if it came early.</summary>
    public int Read(Span<byte> buffer)
    {
        if (Failure is not null)
            return 0;
        var isLast = IsGzip && BytePosition == TotalBytes;
        try
        {
            if (!IsGzip)
                return _stream.Read(buffer);
            buffer[0] = Unwritten;
            return _stream.Read(buffer[..Math.Min(buffer.Length, isLast ? LastPieceBytes : UnpackedPieceBytes)]);
        }
        catch (InvalidDataException)
        {
            Failure = $"The gzip data is cut or corrupt before its byte {_packed.Position}; what it held after that is lost.";
            return isLast && buffer[0] != Unwritten ? LastPieceBytes : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure = $"Reading failed: {exception.Message}";
        }

        return 0;
    }

    public void Dispose() => _stream.Dispose();

    private static GZipStream Unpack(PrefixedStream packed)
    {
        // without it a cut gzip file looks like one that ends there
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
        return new GZipStream(packed, CompressionMode.Decompress);
    }
}
