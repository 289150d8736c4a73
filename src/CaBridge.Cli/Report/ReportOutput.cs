using System.Globalization;
using System.Text;
using CaBridge.Agent;

namespace CaBridge.Cli.Report;

/// <summary>Where the page goes: to a file that is replaced once the page is whole, to a device as it comes, or to standard output.</summary>
internal sealed class ReportOutput
{
    private const string Standard = "-";
    private const int BufferChars = 32 * 1024;

    private readonly string _name;

    /// <summary>Null for standard output.</summary>
    private readonly string? _path;

    private ReportOutput(string name, string? path) => (_name, _path) = (name, path);

    /// <summary>Of devices nothing can be written beside them.</summary>
    private bool IsDevice => !OperatingSystem.IsWindows() && _path is not null && Path.GetFullPath(_name).StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>Finds out what can go wrong before hours are spent on reading.</summary>
    /// <param name="name">As the user gave it.</param>
    /// <param name="inputs">The captures; none of them is overwritten.</param>
    /// <exception cref="UsageException">It cannot be written there.</exception>
    public static ReportOutput Open(string name, IEnumerable<string> inputs)
    {
        if (name is Standard)
        {
            return new ReportOutput(name, path: null);
        }

        if (string.IsNullOrWhiteSpace(name) || inputs.Any(string.IsNullOrWhiteSpace))
        {
            throw new UsageException("A name of a file is empty: is a variable of the script not set?");
        }

        try
        {
            var path = RealPath.Of(name);
            if (inputs.Any(input => input is not Standard && RealPath.AreSame(RealPath.Of(input), path)))
            {
                throw new UsageException($"-o '{name}' is one of the captures, and would be lost.");
            }

            if (Directory.Exists(path))
            {
                throw new UsageException($"-o '{name}' is a folder; it needs the name of a file.");
            }

            var output = new ReportOutput(name, path);
            if (!output.IsDevice)
            {
                var probe = Beside(path);
                using (Create(probe))
                {
                    File.Delete(probe);
                }
            }

            return output;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"-o '{name}' cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Either the whole page is there afterwards, or what was there before.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(Action<TextWriter> write)
    {
        if (_path is null)
        {
            using var output = StandardOutput.Open();
            Write(output, write);
            return;
        }

        try
        {
            if (IsDevice)
            {
                using var device = new FileStream(_path, FileMode.Open, FileAccess.Write);
                Write(device, write);
            }
            else
            {
                Replace(_path, write);
            }
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException($"'{_name}': {failure.Message}", failure);
        }
    }

    private static void Replace(string path, Action<TextWriter> write)
    {
        var part = Beside(path);
        try
        {
            using (var file = Create(part))
            {
                Write(file, write);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        finally
        {
            // nothing to do where it has been moved
            File.Delete(part);
        }
    }

    private static void Write(Stream output, Action<TextWriter> write)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferChars, leaveOpen: true) { NewLine = "\n" };
        write(text);
    }

    private static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.Write);

    private static string Beside(string path) => Path.Combine(
        Path.GetDirectoryName(path) ?? ".",
        string.Create(CultureInfo.InvariantCulture, $".{Path.GetFileName(path)}.{Environment.ProcessId}.part"));
}
