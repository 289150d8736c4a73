using System.Runtime.InteropServices;

namespace CaBridge.Cli.Live;

/// <summary>Whoever reads standard output.</summary>
internal static class OutputReader
{
    private const int Descriptor = 1;
    private const int NoTimeout = -1;

    /// <summary>
    /// A pipe whose reader has gone makes writes fail; who has nothing to write for hours would never notice. So a thread waits for it, where the
    /// system can be asked. To be called once.
    /// </summary>
    public static CancellationToken Gone()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return CancellationToken.None;
        }

        // never disposed: the thread has it until the process ends
        var gone = new CancellationTokenSource();
        new Thread(() =>
        {
            // asked for nothing, poll(2) tells of errors only: that of a pipe is that nobody reads it
            var output = new PollDescriptor { Descriptor = Descriptor };
            if (Poll(ref output, 1, NoTimeout) > 0)
            {
                gone.Cancel();
            }
        })
        {
            IsBackground = true,
        }.Start();
        return gone.Token;
    }

    [DllImport("libc", EntryPoint = "poll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMilliseconds);

    /// <summary><c>struct pollfd</c> of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
