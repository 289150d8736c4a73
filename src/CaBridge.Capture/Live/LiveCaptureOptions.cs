namespace CaBridge.Capture.Live;

/// <summary>What is captured live, and how. Values out of range throw <see cref="ArgumentOutOfRangeException"/>.</summary>
public sealed record LiveCaptureOptions
{
    private const int MaxSnapLengthBytes = 262_144;
    private const int MinKernelBufferBytes = 1024 * 1024;
    private const int MaxKernelBufferBytes = 1024 * 1024 * 1024;

    /// <summary>Names as <see cref="CaptureDevices.List"/> has them, each once; at least one.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>A BPF filter (pcap-filter(7)) for all devices, applied by the kernel; <c>null</c> or empty takes everything.</summary>
    public string? Filter { get; init; }

    /// <summary>The most that is kept of a frame, 64 to 262,144 bytes.</summary>
    public int SnapLengthBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 64);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxSnapLengthBytes);
            field = value;
        }
    }

    = MaxSnapLengthBytes;

    /// <summary>What the kernel holds of a device while the sink is busy, 1 MiB to 1 GiB; beyond it drops, and counts.</summary>
    public int KernelBufferBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, MinKernelBufferBytes);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxKernelBufferBytes);
            field = value;
        }
    }

    = 64 * 1024 * 1024;

    /// <summary>Whether frames for other hosts are taken, too, where the network brings them.</summary>
    public bool IsPromiscuous { get; init; } = true;

    /// <summary>
    /// How long the kernel may collect packets before it hands them over, 0 to 10 s, in whole milliseconds. 0 is libpcap's immediate mode: each packet
    /// at once, at a higher price for each, and the buffer holds fewer of them.
    /// </summary>
    public TimeSpan MaxDelay
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(10));
            field = value;
        }
    }

    = TimeSpan.FromMilliseconds(10);
}
