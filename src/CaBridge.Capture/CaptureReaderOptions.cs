namespace CaBridge.Capture;

/// <summary>How captures are read. Values out of range throw <see cref="ArgumentOutOfRangeException"/>.</summary>
public sealed record CaptureReaderOptions
{
    private const int MaxReorderWindow = 1 << 18;
    private const int MinBufferBytes = 4096;

    /// <summary>
    /// How many frames late a frame may stand in the file and still be handed over in the order of time; 0 to 262,144. The window also ends
    /// where its frames fill 16 MiB. With 0 a frame is handed over as soon as it was read, as a live pipe needs it; otherwise the reader
    /// waits until some windows are full.
    /// </summary>
    public int ReorderWindow
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxReorderWindow);
            field = value;
        }
    }

    = 1024;

    /// <summary>With a <see cref="ReorderWindow"/> of 0: called before more of the input is asked for, which may take as long as its sender likes.</summary>
    public Action? BeforeWaiting { get; init; }

    /// <summary>The read buffer at the start, 4 KiB to 16 MiB; it grows with the window's frames and with blocks that do not fit.</summary>
    public int BufferBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, MinBufferBytes);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, InputBuffer.MaxWindowBytes);
            field = value;
        }
    }

    = 2 * 1024 * 1024;
}
