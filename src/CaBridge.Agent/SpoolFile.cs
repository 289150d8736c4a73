namespace CaBridge.Agent;

/// <summary>One file of <see cref="SpoolFiles"/>; it is deleted when it is closed, by whatever: on Unix it has no name once it is open.</summary>
internal sealed class SpoolFile : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;
    private long _wanted;

    public SpoolFile(long number, string path)
    {
        (Number, _path) = (number, path);
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    public long Number { get; }

    public long Length { get; private set; }

    /// <returns>Where it begins.</returns>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file.SafeFileHandle, bytes, Length);
        var offset = Length;
        Length += bytes.Length;
        _wanted += bytes.Length;
        return offset;
    }

    public byte[] Read(long offset, int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = RandomAccess.Read(_file.SafeFileHandle, bytes.AsSpan(read), offset + read);
            read += count > 0 ? count : throw new EndOfStreamException($"'{_path}' is shorter than what was written to it");
        }

        return bytes;
    }

    /// <returns>Whether nothing in it is wanted any more.</returns>
    public bool Release(int length) => (_wanted -= length) == 0;

    public void Dispose() => _file.Dispose();
}
