using System.Globalization;

namespace CaBridge.Extcap;

/// <summary>What happened, for the log file and the toolbar's log; never for standard error, which Wireshark shows as an error.</summary>
internal sealed class Journal : IDisposable
{
    private readonly StreamWriter? _file;
    private readonly Lock _lock = new();

    /// <param name="file">Is added to; null for none.</param>
    /// <exception cref="IOException">It cannot be written; likewise <see cref="UnauthorizedAccessException"/>.</exception>
    public Journal(string? file) => _file = file is null ? null : new StreamWriter(new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };

    /// <summary>Gets each line, too.</summary>
    public Action<string>? Listener { get; set; }

    public void Tell(string sentence)
    {
        var line = $"{DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)} {sentence}";
        lock (_lock)
        {
            try
            {
                _file?.WriteLine(line);
            }
            catch (IOException)
            {
                // a full disk must not end a capture
            }
        }

        Listener?.Invoke(line);
    }

    public void Dispose() => _file?.Dispose();
}
