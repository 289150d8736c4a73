using System.Diagnostics;
using System.Runtime.Versioning;
using CaBridge.Cli.Wireshark;

namespace CaBridge.Tests.Cli.Wireshark;

/// <summary>A user's home of its own, with a stand-in for the capture program outside of it.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class WiresharkHome : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cabridge");

    public WiresharkHome()
    {
        Home = _folder.CreateSubdirectory("home").FullName;
        Extcap = Path.Combine(_folder.FullName, "stand-in");
        WriteScript(Extcap, """
            case "$*" in
              *--extcap-interfaces*) echo 'extcap {version=0.1}'; echo 'interface {value=cabridge}{display=CaBridge: this host}' ;;
            esac
            """);
    }

    public string Home { get; }

    public string Extcap { get; }

    public string Profile => In(".config", "wireshark", "profiles", Payload.ProfileName);

    public string Plugins => In(".local", "lib", "wireshark", "plugins");

    public string InstalledExtcap => In(".local", "lib", "wireshark", "extcap", Payload.ExtcapName);

    public string InstalledHelp => In(".local", "lib", "wireshark", "extcap", Payload.HelpName);

    /// <summary>The one that Wireshark before 4.2 reads.</summary>
    public string LinkedExtcap => In(".config", "wireshark", "extcap", Payload.ExtcapName);

    public string ManifestPath => In(".local", "share", "cabridge", "wireshark.json");

    public string In(params string[] parts) => Path.Combine([Home, .. parts]);

    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public static void WriteScript(string path, string text)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Changes what is noted, as if another version had installed it.</summary>
    public void Note(Action<Manifest> change)
    {
        var manifest = Manifest.Load(ManifestPath);
        change(manifest);
        File.WriteAllBytes(ManifestPath, manifest.ToJson());
    }

    /// <summary>All that is in the home, with what is in it.</summary>
    public IReadOnlyDictionary<string, string?> Tree() =>
        Directory.EnumerateFileSystemEntries(Home, "*", SearchOption.AllDirectories).ToDictionary(path => path, FileState.At, StringComparer.Ordinal);

    public WiresharkRun Install(params string[] arguments) => Run(["install", "--extcap", Extcap, .. arguments]);

    public WiresharkRun Doctor(params (string Name, string Value)[] variables) => Run(["doctor", "--extcap", Extcap], variables);

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">After <c>cabridge wireshark</c>.</param>
    /// <param name="variables">Of its environment.</param>
    public WiresharkRun Run(string[] arguments, params (string Name, string Value)[] variables) => Start(ToolProgram.With(["wireshark", .. arguments]), variables);

    /// <summary>Runs any program for the user whose home this is.</summary>
    public WiresharkRun Start(ProcessStartInfo start, params (string Name, string Value)[] variables)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        foreach (var name in (string[])["XDG_CONFIG_HOME", "XDG_DATA_HOME", "WIRESHARK_CONFIG_DIR", "SUDO_USER"])
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = Home;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new WiresharkRun(process.ExitCode, output, errors.Result);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

internal sealed record WiresharkRun(int ExitCode, string Output, string Errors);
