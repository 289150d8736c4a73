namespace CaBridge.Cli;

/// <summary>The user ended the reading of files before their end: what follows from all of them cannot be told.</summary>
internal sealed class InterruptedException(int exitCode) : Exception("interrupted")
{
    /// <summary>As a shell has it of a process that the signal ended: 128 and the signal's number.</summary>
    public int ExitCode { get; } = exitCode;
}
