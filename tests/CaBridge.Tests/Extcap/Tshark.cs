using System.Diagnostics;

namespace CaBridge.Tests.Extcap;

/// <summary>tshark with the dissector of this source tree in the plugins folder of a home of its own.</summary>
internal sealed class Tshark : IDisposable
{
    private const int Seconds = 120;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cabridge-tshark-");

    public Tshark() => Install("cabridge.lua");

    private static string Dissector => Path.Combine(Repository.Root, "extcap", "cabridge.lua");

    /// <summary>Puts the dissector there under this name, too.</summary>
    public void Install(string name)
    {
        var folder = _home.CreateSubdirectory(Path.Combine(".local", "lib", "wireshark", "plugins"));
        File.Copy(Dissector, Path.Combine(folder.FullName, name));
    }

    /// <summary>Reads a capture; fails unless tshark ends in time, without complaint of Lua, and with 0.</summary>
    public string Read(string capture, params string[] arguments)
    {
        var run = Run([.. arguments, "-n", "-r", capture]);
        Assert.That(run.ExitCode, Is.Zero, () => run.Errors);
        Assert.That(run.Errors, Does.Not.Contain("Lua"));
        Assert.That(run.Output.Contains("Lua Error", StringComparison.Ordinal), Is.False, () => "there is a Lua error in the output");
        return run.Output;
    }

    public TsharkRun Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("tshark", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = _home.FullName, ["XDG_CONFIG_HOME"] = Path.Combine(_home.FullName, ".config") },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(Seconds)))
        {
            process.Kill();
            Assert.Fail($"tshark does not end: {string.Join(' ', arguments)}");
        }

        return new TsharkRun(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    public void Dispose() => _home.Delete(recursive: true);
}

internal sealed record TsharkRun(int ExitCode, string Output, string Errors);
