using CaBridge.Analysis.Packets;

namespace CaBridge.Capture.Live;

/// <summary>
/// Captures on one or several devices, each read by a thread of its own. Use: <see cref="Open"/>, <see cref="Start"/> once, <see cref="Stop"/>.
/// The sink gets one packet at a time: those of a device in its order, those of several as they come, which may be
/// <see cref="LiveCaptureOptions.MaxDelay"/> apart from the order of time. While it is busy the kernel's buffers fill, then packets are dropped
/// and counted. Any thread may ask for statistics.
/// </summary>
public sealed class LiveCapture : IDisposable
{
    /// <summary>Packets of one device before another gets its turn.</summary>
    private const int Burst = 64;

    /// <summary>A thread looks this often whether to stop.</summary>
    private const int WaitMilliseconds = 100;

    private const int ErrorWaitMilliseconds = 50;
    private const int MaxStopMilliseconds = 500;

    private readonly LiveDevice[] _devices;
    private readonly Thread[] _threads;
    private readonly int _delayMilliseconds;
    private readonly Lock _turn = new();
    private PacketSink _sink = static (in _) => { };
    private Action<DeviceLoss>? _onLoss;
    private long _frame;
    private long _stopAt = long.MaxValue;
    private long _stopTicks = long.MaxValue;
    private bool _isStarted;
    private bool _isDisposed;

    private LiveCapture(LiveDevice[] devices, LiveCaptureOptions options)
    {
        _devices = devices;
        _threads = new Thread[devices.Length];
        _delayMilliseconds = (int)options.MaxDelay.TotalMilliseconds;
        Interfaces = [.. devices.Select(device => device.Interface)];
    }

    /// <summary>In the order of <see cref="LiveCaptureOptions.Devices"/>; <see cref="Packet.InterfaceIndex"/> counts in it.</summary>
    public IReadOnlyList<CaptureInterface> Interfaces { get; }

    /// <summary>Opens the devices: the kernel collects packets from now on.</summary>
    /// <exception cref="CaptureException">
    /// libpcap is not installed, a device is not there or may not be opened, or the filter is none; the message is for the user.
    /// </exception>
    public static LiveCapture Open(LiveCaptureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Devices.Count == 0 || options.Devices.Distinct(StringComparer.Ordinal).Count() != options.Devices.Count)
            throw new ArgumentException("No device is named, or one is named twice.", nameof(options));

        var known = CaptureDevices.Find();
        var opened = new List<LiveDevice>();
        try
        {
            foreach (var name in options.Devices)
            {
                var found = known.FirstOrDefault(device => string.Equals(device.Name, name, StringComparison.Ordinal))
                    ?? throw LiveFaults.NoDevice(name, known.Select(device => device.Name));
                opened.Add(LiveDevice.Open(found, options));
            }

            return new LiveCapture([.. opened], options);
        }
        catch (CaptureException)
        {
            opened.ForEach(device => device.Dispose());
            throw;
        }
    }

    /// <summary>Begins to hand packets over.</summary>
    /// <param name="sink">Gets every packet, on the devices' threads, one at a time. It must not throw; it may call <see cref="Stop"/>.</param>
    /// <param name="onLoss">Told, as <paramref name="sink"/> is, of a device that is gone. The others go on.</param>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start(PacketSink sink, Action<DeviceLoss>? onLoss = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isStarted)
            throw new InvalidOperationException("A live capture is started once.");

        _isStarted = true;
        _sink = sink;
        _onLoss = onLoss;
        for (var i = 0; i < _devices.Length; i++)
        {
            var index = i;
            _devices[i].IsRunning = true;
            _threads[i] = new Thread(() => Read(index)) { IsBackground = true, Name = $"capture {_devices[i].Name}" };
        }

        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>Of each device, in the order of <see cref="Interfaces"/>. After <see cref="Dispose"/> as they were then.</summary>
    public IReadOnlyList<DeviceStatistics> ReadStatistics() => [.. _devices.Select(device => device.ReadStatistics())];

    /// <summary>
    /// Hands over what the kernel captured until now, for at most half a second, then ends. Returns when no sink call runs any more; if the sink
    /// itself calls it, the sink may get some packets more.
    /// </summary>
    public void Stop()
    {
        if (Interlocked.CompareExchange(ref _stopTicks, Environment.TickCount64, long.MaxValue) == long.MaxValue)
            Volatile.Write(ref _stopAt, (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100);
        if (!_isStarted || Array.IndexOf(_threads, Thread.CurrentThread) >= 0)
            return;

        foreach (var thread in _threads)
            thread.Join();
    }

    /// <summary>Stops, and closes the devices. Not to be called by the sink.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;

        Stop();
        _isDisposed = true;
        foreach (var device in _devices)
            device.Dispose();
    }

    private void Read(int index)
    {
        var device = _devices[index];
        int status;
        while ((status = HandOver(index, out var latest)) >= 0)
        {
            var stopTicks = Volatile.Read(ref _stopTicks);
            var grace = Math.Min(_delayMilliseconds + WaitMilliseconds, MaxStopMilliseconds);
            if (stopTicks != long.MaxValue && (latest > Volatile.Read(ref _stopAt) || Environment.TickCount64 - stopTicks > grace))
                break;

            // while a device is down, it has nothing and does not wait
            if (status == 0 && device.Wait(stopTicks == long.MaxValue ? WaitMilliseconds : ErrorWaitMilliseconds))
                Thread.Sleep(ErrorWaitMilliseconds);
        }

        // counted before anybody is told: at a device that is gone libpcap has the last figures
        device.ReadStatistics();
        device.IsRunning = false;
        if (status < 0)
        {
            lock (_turn)
                _onLoss?.Invoke(new DeviceLoss(index, device.Name, $"Capturing on '{device.Name}' has ended: {device.Fault}"));
        }
    }

    /// <summary>Hands over the packets that are there, up to a burst.</summary>
    /// <param name="latest">Unix nanoseconds of the last one; 0 if there was none.</param>
    /// <returns>1 if there may be more, 0 if not now, negative if never again.</returns>
    private int HandOver(int index, out long latest)
    {
        var device = _devices[index];
        var linkType = device.Interface.LinkType;
        latest = 0;
        lock (_turn)
        {
            for (var i = 0; i < Burst; i++)
            {
                var status = device.TryRead(out var frame);
                if (status != 1)
                    return status;

                latest = frame.Time.UnixNanoseconds;
                _sink(new Packet(frame.Time, ++_frame, linkType, frame.Data, frame.OriginalLength, index));
            }
        }

        return 1;
    }
}
