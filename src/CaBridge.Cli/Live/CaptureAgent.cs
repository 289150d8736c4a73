using System.Globalization;
using CaBridge.Agent;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Capture.Live;
using Grpc.Net.Client;

namespace CaBridge.Cli.Live;

/// <summary>One run of <c>cabridge capture</c>.</summary>
internal sealed record CaptureAgent
{
    /// <summary>What is left to send when the capture ends has so long to go; less where the server is away anyway.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AwayPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(1);

    public required GrpcChannel Channel { get; init; }

    public required string Sensor { get; init; }

    public required bool SendsEverything { get; init; }

    public required SpoolOptions Spool { get; init; }

    /// <summary>Sends files as fast as the server takes them; nothing is ever dropped.</summary>
    /// <param name="cancel">Reading ends; what was read until now is still sent.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">Reading has ended by <paramref name="cancel"/>.</exception>
    public async Task<int> SendFilesAsync(IReadOnlyList<string> files, CancellationToken cancel)
    {
        if (files.Contains("-", StringComparer.Ordinal))
        {
            StandardInput.MakeEndable();
        }

        using var captures = CaptureSet.Open(files, new CaptureReaderOptions());
        using var sender = Sender(isLive: false, new SpoolOptions { MaxMemoryBytes = long.MaxValue }, () => captures.Interfaces);
        sender.Link.StateChanged = () => TellAway(sender.Link);
        sender.Start();
        using var told = cancel.Register(() =>
        {
            StandardInput.TryEnd();
            sender.GiveUpAfter(Patience(sender.Link));
        });

        // who reads a pipe waits for it, though nobody is left to send to
        var ended = sender.Sending.ContinueWith(_ => StandardInput.TryEnd(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await Task.Factory.StartNew(() => Read(captures, sender, cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var isTaken = await FinishAsync(sender);
        await ended;
        foreach (var problem in captures.Problems)
        {
            Complaint.Tell($"{problem.File}, byte {problem.ByteOffset}: {problem.Message}");
        }

        if (isTaken)
        {
            Complaint.Tell(string.Create(CultureInfo.InvariantCulture, $"{sender.Session.SentPackets} packets sent as sensor {Sensor}"));
        }

        cancel.ThrowIfCancellationRequested();
        return captures.Problems.Any(problem => problem.IsFatal) ? ExitCode.UnreadableInput : ExitCode.Success;
    }

    /// <summary>Captures and sends until Ctrl+C, SIGTERM, or until no device is left.</summary>
    /// <param name="files">Where the packets are kept, too; null for nowhere.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> SendLiveAsync(LiveCaptureOptions options, PcapngRingOptions? files, CancellationToken cancel)
    {
        using var capture = LiveCapture.Open(options);
        using var keeper = files is null ? null : new PacketKeeper(new PcapngRing(files, capture.Interfaces), Complaint.Tell);
        using var sender = Sender(isLive: true, Spool, () => capture.Interfaces);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var status = new AgentStatus(Sensor, sender);
        sender.Link.StateChanged = () => status.Tell(sender.Link);
        sender.Start();
        var devices = capture.Interfaces.Count;
        capture.Start(
            Take,
            loss =>
            {
                Complaint.Tell(loss.Message);
                if (--devices == 0)
                {
                    ended.Cancel();
                }
            });
        using (var timer = new PeriodicTimer(StatusPeriod))
        {
            try
            {
                while (!sender.Sending.IsCompleted && await timer.WaitForNextTickAsync(ended.Token))
                {
                    sender.Count(Dropped(capture));
                    status.Show(Dropped(capture));
                    keeper?.Flush();
                }
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                // what was captured until now is still sent
            }
        }

        capture.Stop();
        if (keeper?.Complete(capture.ReadStatistics(), sender.Tally.Last) is { } kept)
        {
            Complaint.Tell(kept);
        }

        sender.Complete(Dropped(capture));
        sender.GiveUpAfter(Patience(sender.Link));
        var isTaken = await FinishAsync(sender);
        status.ShowLast(Dropped(capture));
        return isTaken ? devices > 0 ? ExitCode.Success : ExitCode.UnreadableInput : ExitCode.ServerRefuses;

        void Take(in Packet packet)
        {
            sender.Push(in packet);
            keeper?.Add(in packet);
        }
    }

    private static long Dropped(LiveCapture capture) => capture.ReadStatistics().Sum(device => device.DroppedByKernel + device.DroppedByInterface);

    private static TimeSpan Patience(ServerLink link) => link.IsConnected ? EndPatience : AwayPatience;

    private static void TellAway(ServerLink link)
    {
        if (!link.IsConnected)
        {
            Complaint.Tell($"the server is away, trying again: {link.Problem}");
        }
    }

    /// <returns>False where it was given up; what is lost has been told then.</returns>
    private static async Task<bool> FinishAsync(CaptureSender sender)
    {
        if (await sender.FinishAsync() is not { } unconfirmed)
        {
            return true;
        }

        Complaint.Tell(string.Create(CultureInfo.InvariantCulture, $"the server did not confirm the last {unconfirmed} packets: they are lost, if it did not get them"));
        return false;
    }

    private static void Read(CaptureSet captures, CaptureSender sender, CancellationToken cancel)
    {
        const long HeldBytes = 32 * 1024 * 1024;
        var (spool, sending) = (sender.Spool, sender.Sending);
        while (!sending.IsCompleted && !cancel.IsCancellationRequested && captures.TryRead(out var packet))
        {
            sender.Push(in packet);
            for (var changed = spool.Changed(); spool.Held.MemoryBytes > HeldBytes && !sending.IsCompleted; changed = spool.Changed())
            {
                Task.WhenAny(changed, sending).Wait(CancellationToken.None);
            }
        }

        sender.Complete(droppedByKernel: 0);
    }

    private CaptureSender Sender(bool isLive, SpoolOptions spool, Func<IReadOnlyList<CaptureInterface>> interfaces) => new(
        Channel,
        new SessionOptions
        {
            Sensor = Sensor,
            Agent = $"cabridge {typeof(CaptureAgent).Assembly.GetName().Version?.ToString(3)}",
            Selection = SendsEverything ? "all" : "Channel Access",
            IsLive = isLive,
        },
        spool,
        SendsEverything,
        interfaces);
}
