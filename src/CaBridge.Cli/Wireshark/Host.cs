using CaBridge.Agent;

namespace CaBridge.Cli.Wireshark;

/// <summary>What the folders depend on.</summary>
/// <param name="System">Which also tells how paths are written.</param>
/// <param name="Variable">A variable of the environment; null where it is not set.</param>
/// <param name="HasFolder">Whether a folder is there.</param>
internal sealed record Host(WiresharkSystem System, Func<string, string?> Variable, Func<string, bool> HasFolder)
{
    /// <summary>A folder's path without links, which tells whether two paths are one folder.</summary>
    public Func<string, string> RealFolder { get; init; } = path => path;

    public static Host Current { get; } = new(
        OperatingSystem.IsWindows() ? WiresharkSystem.Windows : OperatingSystem.IsMacOS() ? WiresharkSystem.MacOS : WiresharkSystem.Linux,
        Environment.GetEnvironmentVariable,
        Directory.Exists)
    {
        RealFolder = FileState.RealFolder,
    };

    /// <summary>The name of a program's file.</summary>
    public string Program(string name) => System is WiresharkSystem.Windows ? $"{name}.exe" : name;

    public string Join(params ReadOnlySpan<string> parts) => string.Join(System is WiresharkSystem.Windows ? '\\' : '/', parts);

    /// <summary>A variable that has to be there.</summary>
    public string Required(string name) =>
        Variable(name) is { Length: > 0 } value ? value : throw new UsageException($"The variable {name} is not set: without it, nobody knows where Wireshark looks.");

    /// <summary>A folder of the XDG base directory specification, by which a relative path counts for nothing.</summary>
    public string XdgFolder(string name, params ReadOnlySpan<string> belowHome) =>
        Variable(name) is ['/', ..] path ? path : Join([Required("HOME"), .. belowHome]);
}
