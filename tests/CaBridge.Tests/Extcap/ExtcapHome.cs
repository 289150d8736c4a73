using System.Diagnostics;
using System.Text;

namespace CaBridge.Tests.Extcap;

/// <summary>
/// A home with the extcap where Wireshark looks for it. The extcap is the one built with the tests, or the published native one where
/// <c>CABRIDGE_EXTCAP</c> has its path, as tests/run.sh sets it.
/// </summary>
internal sealed class ExtcapHome : IDisposable
{
    private const string FileName = "cabridge-extcap";

    private static readonly string[] Folders = [".config/wireshark/extcap", ".local/lib/wireshark/extcap"];

    private readonly string _path = Directory.CreateTempSubdirectory("cabridge").FullName;

    public ExtcapHome()
    {
        foreach (var folder in Folders)
        {
            var made = Directory.CreateDirectory(Path.Combine(_path, folder));
            File.CreateSymbolicLink(Path.Combine(made.FullName, FileName), Program);
        }
    }

    public static string Program { get; } = Environment.GetEnvironmentVariable("CABRIDGE_EXTCAP") is { Length: > 0 } native
        ? native
        : Path.Combine(TestContext.CurrentContext.TestDirectory, FileName);

    /// <summary>A file in it.</summary>
    public string this[string name] => Path.Combine(_path, name);

    public string Log => File.Exists(this["log"]) ? File.ReadAllText(this["log"]) : "";

    /// <summary>A call by itself, to its end.</summary>
    /// <returns>Its lines.</returns>
    public static (int ExitCode, string[] Output, string Errors) Call(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries), errors.Result);
    }

    public ProcessStartInfo Tshark(params string[] arguments) => new(
        "env", [$"HOME={_path}", $"XDG_CONFIG_HOME={this[".config"]}", $"DOTNET_ROOT={DotnetRoot()}", "tshark", .. arguments]);

    /// <summary>tshark on the interface <c>cabridge</c>: tells each packet as a line of number, time and comment, and writes <c>shown.pcapng</c>.</summary>
    /// <param name="options">As <c>device:eth0</c>.</param>
    public ProcessStartInfo TsharkOnHost(string[] options, params string[] arguments) => TsharkOn("cabridge", "shown.pcapng", options, arguments);

    /// <summary>Likewise on the interface <c>cabridge-server</c>.</summary>
    public ProcessStartInfo TsharkOnServer(string[] options, params string[] arguments) => TsharkOn("cabridge-server", "followed.pcapng", options, arguments);

    /// <summary>Processes that were started with this home, by name.</summary>
    public IReadOnlyList<(int Id, string Name)> Processes()
    {
        var mark = Encoding.UTF8.GetBytes($"HOME={_path}");
        var found = new List<(int, string)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                if (File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(mark) >= 0)
                {
                    found.Add((int.Parse(Path.GetFileName(folder)), File.ReadAllText(Path.Combine(folder, "comm")).TrimEnd()));
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // it has ended meanwhile
            }
        }

        return found;
    }

    /// <summary>Waits until none is left.</summary>
    public void WaitForNobody()
    {
        var patience = Stopwatch.StartNew();
        while (Processes() is { Count: > 0 } left)
        {
            Assert.That(patience.Elapsed.TotalSeconds, Is.LessThan(20), () => $"left behind: {string.Join(", ", left)}\n{Log}");
            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        foreach (var (id, _) in Processes())
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }

        Directory.Delete(_path, recursive: true);
    }

    private static string DotnetRoot() => Path.GetDirectoryName(Environment.ProcessPath)!;

    private ProcessStartInfo TsharkOn(string name, string file, string[] options, string[] arguments) => Tshark(
    [
        "-i", name,
        .. options.Append($"logfile:{this["log"]}").SelectMany(option => (string[])["-o", $"extcap.{name.Replace('-', '_')}.{option}"]),
        "-w", this[file], "-P", "-l", "-T", "fields", "-e", "frame.number", "-e", "frame.time_epoch", "-e", "frame.comment",
        .. arguments,
    ]);
}
