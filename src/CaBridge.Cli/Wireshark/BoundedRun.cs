using System.ComponentModel;
using System.Diagnostics;

namespace CaBridge.Cli.Wireshark;

/// <summary>A program that was run, for a few seconds at most.</summary>
internal sealed record BoundedRun
{
    private const int PatienceSeconds = 10;

    /// <summary>Null if it could not be started, or did not end.</summary>
    public int? ExitCode { get; private init; }

    public string Output { get; private init; } = "";

    public string Errors { get; private init; } = "";

    public TimeSpan Took { get; private init; }

    /// <summary>Why there is no exit code, as the end of a sentence.</summary>
    public string? Failure { get; private init; }

    /// <param name="program">A path.</param>
    /// <param name="arguments">As the program gets them.</param>
    public static BoundedRun Of(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var clock = Stopwatch.StartNew();
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();

            // a child of it may hold the pipes open after its end
            var patience = TimeSpan.FromSeconds(PatienceSeconds);
            if (!process.WaitForExit(patience) || !Task.WaitAll([output, errors], patience))
            {
                process.Kill(entireProcessTree: true);
                return new() { Took = clock.Elapsed, Failure = $"did not end within {PatienceSeconds} s" };
            }

            return new() { ExitCode = process.ExitCode, Output = output.Result, Errors = errors.Result, Took = clock.Elapsed };
        }
        catch (Win32Exception failure)
        {
            return new() { Failure = $"cannot be started: {failure.Message}" };
        }
    }
}
