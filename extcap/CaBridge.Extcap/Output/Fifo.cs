using System.Runtime.InteropServices;
using CaBridge.Agent;
using Microsoft.Win32.SafeHandles;

namespace CaBridge.Extcap.Output;

/// <summary>The pipe to Wireshark.</summary>
internal sealed unsafe partial class Fifo : IDisposable
{
    private readonly SafeFileHandle _handle;

    private Fifo(SafeFileHandle handle)
    {
        _handle = handle;
        Stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
    }

    /// <summary>Not buffered.</summary>
    public Stream Stream { get; }

    /// <summary>Waits until somebody reads it.</summary>
    /// <exception cref="UsageException">It is not there, or may not be written.</exception>
    public static Fifo Open(string path)
    {
        try
        {
            return new(File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The pipe '{path}' cannot be opened: {failure.Message}", failure);
        }
    }

    /// <summary>Waits for so long, or until nobody reads the pipe any more.</summary>
    /// <returns>Whether somebody still does.</returns>
    public bool IsRead(int milliseconds)
    {
        const short Error = 8;
        var isHeld = false;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
            var descriptor = new Descriptor { Number = (int)_handle.DangerousGetHandle() };
            return poll(&descriptor, 1, milliseconds) <= 0 || (descriptor.Answer & Error) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (isHeld)
            {
                _handle.DangerousRelease();
            }
        }
    }

    public void Dispose() => Stream.Dispose();

    [LibraryImport("libc")]
    private static partial int poll(Descriptor* descriptors, nuint count, int milliseconds);

    /// <summary><c>struct pollfd</c>; errors are told without being asked for.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Descriptor
    {
        public int Number;
        public short Events;
        public short Answer;
    }
}
