using CaBridge.Agent;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Capture.Live;
using CaBridge.Extcap.Contract;
using CaBridge.Extcap.Output;
using Grpc.Net.Client;

namespace CaBridge.Extcap.Sources;

/// <summary>Captures on devices of this host; and sends the same packets to a server, where the user wants it.</summary>
internal sealed class HostSource(ExtcapOptions options, PacketFlow flow, PacketOutput output, Journal journal, ControlPipe control)
{
    private const int BytesPerMegabyte = 1024 * 1024;

    /// <summary>So long the kernel collects packets: with the writer's delay they are in the pipe within 20 ms.</summary>
    private static readonly TimeSpan KernelDelay = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(4);

    /// <summary>Of the second in which a stop is to be done.</summary>
    private static readonly TimeSpan SendPatience = TimeSpan.FromMilliseconds(400);

    private string? _loss;

    /// <summary>Until the token is cancelled, or no device is left.</summary>
    /// <exception cref="CaptureException">A device cannot be captured on, or none is left.</exception>
    /// <exception cref="AgentException">The server cannot be reached at first, or refuses what is sent.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var capture = LiveCapture.Open(new LiveCaptureOptions
        {
            Devices = options.Devices,
            Filter = options.CaptureFilter,
            IsPromiscuous = options.IsPromiscuous,
            KernelBufferBytes = options.BufferMegabytes * BytesPerMegabyte,
            SnapLengthBytes = PacketOutput.MaxPacketBytes,
            MaxDelay = KernelDelay,
        });
        var sensor = flow.AddSensor();
        foreach (var device in capture.Interfaces)
        {
            sensor.Interfaces.Add(output.AddInterface(device with { Description = device.Description ?? $"{device.Name} of {Environment.MachineName}" }));
        }

        using var channel = options.Server is null ? null : ServerConnection.Open(options.Server);
        using var sender = channel is null ? null : await ConnectAsync(channel, capture, stop);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var devices = capture.Interfaces.Count;
        journal.Tell($"capturing on {string.Join(", ", options.Devices)}{(options.CaptureFilter is null ? "" : $", filter \"{options.CaptureFilter}\"")}");
        output.Begin();
        capture.Start(Take, Lose);
        await WatchAsync(capture, sender, ended.Token);
        capture.Stop();
        await EndAsync(capture, sender);
        if (devices == 0)
        {
            throw new CaptureException(_loss!);
        }

        void Take(in Packet packet)
        {
            sender?.Push(in packet);
            sensor.Push(in packet);
        }

        void Lose(DeviceLoss loss)
        {
            _loss = loss.Message;
            journal.Tell(loss.Message);
            if (--devices == 0)
            {
                ended.Cancel();
            }
        }
    }

    private static long Dropped(DeviceStatistics device) => device.DroppedByKernel + device.DroppedByInterface;

    private static CaptureTime Now() => new((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>A server that cannot be reached at first is a mistake; one that goes away later is waited for.</summary>
    private async Task<CaptureSender> ConnectAsync(GrpcChannel channel, LiveCapture capture, CancellationToken stop)
    {
        var session = new SessionOptions
        {
            Sensor = options.SensorName,
            Agent = $"cabridge-extcap {Listing.ProgramVersion}",
            Selection = options.SendsEverything ? "all" : "Channel Access",
            IsLive = true,
        };
        var sender = new CaptureSender(channel, session, new SpoolOptions(), options.SendsEverything, () => capture.Interfaces);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        sender.Link.StateChanged = () =>
        {
            answered.TrySetResult();
            journal.Tell(sender.Link.IsConnected
                ? $"sending to {options.Server!.Url} as sensor {session.Sensor}"
                : $"the server {options.Server!.Url} is away, what is captured waits: {sender.Link.Problem}");
        };
        sender.Start();
        await Task.WhenAny(answered.Task, sender.Sending, Task.Delay(FirstAnswer, stop));
        if (!sender.Link.IsConnected && !stop.IsCancellationRequested)
        {
            using (sender)
            {
                throw sender.Sending is { IsFaulted: true, Exception.InnerException: AgentException refusal }
                    ? refusal
                    : new AgentException($"The server {options.Server!.Url} cannot be reached: {sender.Link.Problem ?? $"no answer within {FirstAnswer.TotalSeconds} s"}");
            }
        }

        return sender;
    }

    private async Task WatchAsync(LiveCapture capture, CaptureSender? sender, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(StatusPeriod);
        var isRefused = false;
        var discarded = 0L;
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                var statistics = capture.ReadStatistics();
                var dropped = statistics.Sum(Dropped);
                sender?.Count(dropped);
                WriteStatistics(statistics, isLast: false);
                control.ShowCount(dropped + output.Dropped, "dropped");
                if (sender is { Sending: { IsFaulted: true, Exception.InnerException: { } refusal } } && !isRefused)
                {
                    isRefused = true;
                    journal.Tell($"nothing is sent any more, the capture goes on: {refusal.Message}");
                    control.ShowStatus($"CaBridge: nothing is sent any more: {refusal.Message}");
                }

                if (sender?.Spool.DroppedPackets > discarded)
                {
                    discarded = sender.Spool.DroppedPackets;
                    journal.Tell(FormattableString.Invariant($"{discarded} packets were discarded that the server did not take in time"));
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // what the kernel still has is shown
        }
    }

    private void WriteStatistics(IReadOnlyList<DeviceStatistics> statistics, bool isLast)
    {
        foreach (var (index, device) in statistics.Index())
        {
            output.WriteStatistics(index, new InterfaceStatistics(Now(), device.Received, Dropped(device)), isLast);
        }
    }

    private async Task EndAsync(LiveCapture capture, CaptureSender? sender)
    {
        var statistics = capture.ReadStatistics();
        WriteStatistics(statistics, isLast: true);
        foreach (var device in statistics)
        {
            journal.Tell(FormattableString.Invariant($"{device.Device}: {device.HandedOver:N0} packets captured, {Dropped(device):N0} dropped"));
        }

        if (output.Dropped > 0)
        {
            journal.Tell(FormattableString.Invariant($"{output.Dropped:N0} packets were not shown: Wireshark did not take them in time"));
        }

        if (sender is { Sending.IsFaulted: false })
        {
            sender.Complete(statistics.Sum(Dropped));
            sender.GiveUpAfter(SendPatience);
            if (await sender.FinishAsync() is { } unconfirmed and > 0)
            {
                journal.Tell(FormattableString.Invariant($"the server did not confirm the last {unconfirmed} packets: they are lost, if it did not get them"));
            }
        }
    }
}
