namespace CaBridge.Cli.Wireshark;

/// <summary>Wireshark without a window: it tells what an installed Wireshark finds.</summary>
internal sealed class Tshark(string path)
{
    private static readonly string[] MacFolders = ["/Applications/Wireshark.app/Contents/MacOS", "/opt/homebrew/bin", "/usr/local/bin"];

    public string Path => path;

    /// <returns>Null if there is none.</returns>
    public static Tshark? Find(Host host) => FindProgram(host, "tshark") is { } path ? new Tshark(path) : null;

    /// <summary>A program of Wireshark: by PATH, or where installers put it.</summary>
    public static string? FindProgram(Host host, string name)
    {
        IEnumerable<string> usual = host.System switch
        {
            WiresharkSystem.Windows when host.Variable("ProgramFiles") is { } programs => [host.Join(programs, "Wireshark")],
            WiresharkSystem.MacOS => MacFolders,
            _ => [],
        };
        return (host.Variable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(usual)
            .Select(folder => host.Join(folder, host.Program(name)))
            .FirstOrDefault(File.Exists);
    }

    public BoundedRun Run(params string[] arguments) => BoundedRun.Of(path, arguments);

    /// <returns>Null if it does not tell.</returns>
    public ReportedFolders? AskFolders() => Run("-G", "folders") is { ExitCode: 0, Output: var report } ? ReportedFolders.Parse(report) : null;
}
