using Microsoft.Win32.SafeHandles;

namespace CaBridge.Cli;

/// <summary>Standard output as bytes, without a buffer of its own.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;
    private const int BrokenPipe = 32;

    /// <summary>Neither a terminal nor a pipe: nobody sees the output while it is written.</summary>
    public static bool IsFile { get; } = Console.IsOutputRedirected && (OperatingSystem.IsWindows() || OpenUnbuffered().CanSeek);

    /// <summary>
    /// A pipe whose reader has gone (<c>| head</c>) makes writes throw, so that a long decoding can end; .NET's own console stream would drop
    /// the bytes in silence. Files keep the console stream, which appends where the shell's redirection says.
    /// </summary>
    public static Stream Open() => OperatingSystem.IsWindows() || IsFile ? Console.OpenStandardOutput() : OpenUnbuffered();

    /// <summary>Whether a failed write means that nobody reads any more (EPIPE).</summary>
    public static bool IsClosedPipe(IOException failure) => failure.HResult == BrokenPipe;

    private static FileStream OpenUnbuffered() => new(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
}
