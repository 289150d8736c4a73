using CaBridge.Analysis.Packets;
using SharpPcap;
using SharpPcap.LibPcap;

namespace CaBridge.Capture.Live;

/// <summary>One open device. <see cref="TryRead"/> and <see cref="Wait"/> are its reading thread's; the counters are anybody's.</summary>
internal sealed class LiveDevice : IDisposable
{
    /// <summary>libpcap's counters have 32 bits and wrap.</summary>
    private const int PacketsBetweenCounts = 1 << 20;

    private readonly LibPcapLiveDevice _device;
    private readonly nint _handle;
    private readonly int _fraction;
    private readonly Lock _counting = new();
    private (uint Received, uint DroppedByKernel, uint DroppedByInterface) _last;
    private (long Received, long DroppedByKernel, long DroppedByInterface) _total;
    private long _handedOver;
    private volatile bool _isRunning;
    private bool _isClosed;

    private LiveDevice(LibPcapLiveDevice device, LiveCaptureOptions options)
    {
        _device = device;
        _handle = device.Handle.DangerousGetHandle();
        _fraction = device.TimestampResolution == TimestampResolution.Nanosecond ? 1 : 1000;
        Interface = new CaptureInterface(
            device.Name, string.IsNullOrEmpty(device.Description) ? null : device.Description, (LinkType)(int)device.LinkType, options.SnapLengthBytes);
    }

    public CaptureInterface Interface { get; }

    public string Name => Interface.Name!;

    /// <summary>libpcap's last word on the device.</summary>
    public string Fault => LiveFaults.Sentence(_device.LastError);

    /// <summary>Whether a thread reads it.</summary>
    public bool IsRunning
    {
        get => _isRunning;
        set => _isRunning = value;
    }

    /// <exception cref="CaptureException">It may not be opened, is not there, or has no frames that could be read.</exception>
    public static LiveDevice Open(PcapInterface found, LiveCaptureOptions options)
    {
        var device = new LibPcapLiveDevice(found);
        try
        {
            Activate(device, options);
            var opened = new LiveDevice(device, options);
            if (!opened.Interface.IsRead)
                throw new CaptureException($"'{found.Name}' has frames of link type {(int)opened.Interface.LinkType}, which cannot be read.");
            if (!string.IsNullOrEmpty(options.Filter))
            {
                CaptureFilter.Validate(options.Filter, opened.Interface.LinkType);
                device.Filter = options.Filter;
            }

            return opened;
        }
        catch (PcapException exception)
        {
            device.Close();
            throw LiveFaults.CannotOpen(found.Name, exception);
        }
        catch (CaptureException)
        {
            device.Close();
            throw;
        }
    }

    /// <inheritdoc cref="Libpcap.TryRead"/>
    public int TryRead(out LiveFrame frame)
    {
        var status = Libpcap.TryRead(_handle, _fraction, out frame);
        if (status == 1)
        {
            Volatile.Write(ref _handedOver, _handedOver + 1);
            if (_handedOver % PacketsBetweenCounts == 0)
                ReadStatistics();
        }

        return status;
    }

    /// <inheritdoc cref="Libpcap.Wait"/>
    public bool Wait(int milliseconds) => Libpcap.Wait(_handle, milliseconds);

    public DeviceStatistics ReadStatistics()
    {
        lock (_counting)
        {
            Count();
            return new DeviceStatistics(
                Name, _total.Received, _total.DroppedByKernel, _total.DroppedByInterface, Volatile.Read(ref _handedOver), _isRunning);
        }
    }

    /// <summary>Closes the device; its counters stay. No thread may read it any more.</summary>
    public void Dispose()
    {
        lock (_counting)
        {
            Count();
            _isClosed = true;
            _device.Close();
        }
    }

    private static void Activate(LibPcapLiveDevice device, LiveCaptureOptions options)
    {
        var isImmediate = options.MaxDelay < TimeSpan.FromMilliseconds(1);
        var configuration = new DeviceConfiguration
        {
            Mode = options.IsPromiscuous ? DeviceModes.Promiscuous : DeviceModes.None,
            Snaplen = options.SnapLengthBytes,
            BufferSize = options.KernelBufferBytes,
            ReadTimeout = isImmediate ? 1 : (int)options.MaxDelay.TotalMilliseconds,
            Immediate = isImmediate,
            TimestampResolution = TimestampResolution.Nanosecond,
        };

        // a device without nanoseconds keeps its microseconds
        configuration.ConfigurationFailed += static (_, failure) =>
        {
            if (failure.Error != PcapError.TimestampPrecisionNotSupported)
                throw new CaptureException($"libpcap refused the option {failure.Property}: {LiveFaults.Sentence(failure.Message)}");
        };
        device.Open(configuration);
        device.NonBlockingMode = true;
    }

    private void Count()
    {
        if (_isClosed || !Libpcap.TryReadStatistics(_handle, out var now))
            return;

        _total.Received += unchecked(now.Received - _last.Received);
        _total.DroppedByKernel += unchecked(now.DroppedByKernel - _last.DroppedByKernel);
        _total.DroppedByInterface += unchecked(now.DroppedByInterface - _last.DroppedByInterface);
        _last = now;
    }
}
