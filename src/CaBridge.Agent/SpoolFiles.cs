namespace CaBridge.Agent;

/// <summary>Where a batch is on disk.</summary>
internal readonly record struct SpoolPlace(long File, long Offset);

/// <summary>Files that batches are appended to; one goes when nothing in it is wanted any more. Not thread-safe.</summary>
/// <param name="folder">Made if it is not there.</param>
internal sealed class SpoolFiles(string folder) : IDisposable
{
    private const long FileBytes = 16 * 1024 * 1024;

    private readonly string _name = $"cabridge-{Environment.ProcessId}-{Guid.NewGuid():N}";
    private readonly Dictionary<long, SpoolFile> _files = [];
    private SpoolFile? _last;
    private long _made;

    /// <summary>Of what is still wanted.</summary>
    public long Bytes { get; private set; }

    /// <exception cref="IOException">The disk is full, or fails; nothing is held then.</exception>
    public SpoolPlace Write(ReadOnlySpan<byte> batch)
    {
        if (_last is null || _last.Length >= FileBytes)
        {
            Directory.CreateDirectory(folder);
            _last = new SpoolFile(_made, Path.Combine(folder, $"{_name}-{_made}.spool"));
            _files.Add(_made++, _last);
        }

        var place = new SpoolPlace(_last.Number, _last.Append(batch));
        Bytes += batch.Length;
        return place;
    }

    /// <exception cref="IOException">The disk fails.</exception>
    public byte[] Read(SpoolPlace place, int length) => _files[place.File].Read(place.Offset, length);

    public void Release(SpoolPlace place, int length)
    {
        Bytes -= length;
        var file = _files[place.File];
        if (file.Release(length))
        {
            file.Dispose();
            _files.Remove(place.File);
            _last = file == _last ? null : _last;
        }
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }
}
