using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CaBridge.Cli;

/// <summary>Standard input, which can be made to end before whoever writes it ends it.</summary>
internal static class StandardInput
{
    private const int Descriptor = 0;
    private const int CopyBytes = 64 * 1024;
    private const int SpliceBytes = 1024 * 1024;

    private static AnonymousPipeServerStream? _pipe;
    private static SafePipeHandle? _handle;

    /// <summary>
    /// Nothing wakes a read that waits for a pipe, and what a reader holds to put frames in order it gives only at the end. So a thread copies
    /// into a pipe of our own, which takes the place of standard input. A file needs none of it, and Windows has no way to do it.
    /// </summary>
    /// <returns>Whether standard input is a pipe, whose sender decides when bytes come.</returns>
    public static bool MakeEndable()
    {
        if (_pipe is not null || OperatingSystem.IsWindows())
        {
            return true;
        }

        var source = new FileStream(new SafeFileHandle(Duplicate(Descriptor), ownsHandle: true), FileAccess.Read, bufferSize: 0);
        if (source.CanSeek)
        {
            source.Dispose();
            return false;
        }

        _pipe = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        _handle = _pipe.SafePipeHandle;
        _ = Replace(_pipe.ClientSafePipeHandle.DangerousGetHandle().ToInt32(), Descriptor);
        _pipe.DisposeLocalCopyOfClientHandle();
        new Thread(() => Copy(source, _pipe)) { IsBackground = true }.Start();
        return true;
    }

    /// <summary>What was read so far is still handed out; then comes the end.</summary>
    /// <returns>Whether it is the first time, and it can be ended.</returns>
    public static bool TryEnd()
    {
        // the stream itself does not tell: it throws once it is closed
        var ends = _handle is { IsClosed: false };
        _pipe?.Dispose();
        return ends;
    }

    private static void Copy(FileStream source, AnonymousPipeServerStream pipe)
    {
        using (source)
        using (pipe)
        {
            try
            {
                // from pipe to pipe the kernel hands pages on; where it will not, or at the end, nothing is left or all is to be copied;
                // the pipe cannot be closed during a call that has it, so waiting is a call of its own
                while (OperatingSystem.IsLinux()
                    && WaitForBytes(source.SafeFileHandle) > 0
                    && Splice(source.SafeFileHandle, 0, pipe.SafePipeHandle, 0, SpliceBytes, 0) > 0)
                {
                }

                source.CopyTo(pipe, CopyBytes);
            }
            catch (Exception end) when (end is IOException or ObjectDisposedException)
            {
                // ended here, or nobody reads any more: either way there is nothing left to do
            }
        }
    }

    private static int WaitForBytes(SafeFileHandle source)
    {
        var readable = new PollDescriptor { Descriptor = source.DangerousGetHandle().ToInt32(), Events = PollDescriptor.Readable };
        return Poll(ref readable, 1, timeoutMilliseconds: -1);
    }

    [DllImport("libc", EntryPoint = "poll", ExactSpelling = true)]
    private static extern int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMilliseconds);

    [DllImport("libc", EntryPoint = "splice", ExactSpelling = true)]
    private static extern nint Splice(SafeHandle from, nint fromOffset, SafeHandle to, nint toOffset, nint length, uint flags);

    [DllImport("libc", EntryPoint = "dup", ExactSpelling = true)]
    private static extern int Duplicate(int descriptor);

    [DllImport("libc", EntryPoint = "dup2", ExactSpelling = true)]
    private static extern int Replace(int by, int descriptor);

    /// <summary><c>struct pollfd</c> of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public const short Readable = 1;

        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
