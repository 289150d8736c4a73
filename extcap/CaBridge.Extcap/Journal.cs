using System.Globalization;
using System.Text;
using CaBridge.Agent;

namespace CaBridge.Extcap;

/// <summary>What happened, for the log file and the toolbar's log; never for standard error, which Wireshark shows as an error.</summary>
internal sealed class Journal : IDisposable
{
    private readonly FileStream? _file;
    private readonly Lock _lock = new();

    /// <param name="file">Is added to; null for none.</param>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public Journal(string? file)
    {
        try
        {
            _file = file is null ? null : new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The log file '{file}' cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Gets each line, too.</summary>
    public Action<string>? Listener { get; set; }

    public void Tell(string sentence)
    {
        var line = $"{DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)} {sentence}";
        lock (_lock)
        {
            try
            {
                _file?.Write(Encoding.UTF8.GetBytes(line + "\n"));
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
