using System.Diagnostics;

namespace CaBridge.Tests.Cli.Live;

/// <summary>A run of the tool to its end.</summary>
internal sealed record Tool(int ExitCode, string Output, string Errors)
{
    public static Tool Run(params string[] arguments) => Run(ToolProgram.With(arguments));

    /// <param name="command">Of bash.</param>
    public static Tool Shell(string command) => Run(new ProcessStartInfo("bash", ["-c", command]) { UseShellExecute = false, RedirectStandardOutput = true });

    private static Tool Run(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Tool(process.ExitCode, output, errors.Result);
    }
}
