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

    private string Selection => SendsEverything ? "all" : "Channel Access";

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
        using var spool = new Spool(new SpoolOptions { MaxMemoryBytes = long.MaxValue });
        using var session = new AgentSession(Options(isLive: false), spool, () => captures.Interfaces);
        using var gaveUp = new CancellationTokenSource();
        var link = new ServerLink(Channel, session, spool);
        link.StateChanged = () => TellAway(link);
        var sending = link.RunAsync(gaveUp.Token);
        using var told = cancel.Register(() =>
        {
            StandardInput.TryEnd();
            gaveUp.CancelAfter(Patience(link));
        });

        // who reads a pipe waits for it, though nobody is left to send to
        var ended = sending.ContinueWith(_ => StandardInput.TryEnd(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await Task.Factory.StartNew(() => Read(captures, session, spool, sending, cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var isTaken = await FinishAsync(sending, spool, gaveUp.Token);
        await ended;
        foreach (var problem in captures.Problems)
        {
            Complaint.Tell($"{problem.File}, byte {problem.ByteOffset}: {problem.Message}");
        }

        if (isTaken)
        {
            Complaint.Tell(string.Create(CultureInfo.InvariantCulture, $"{session.SentPackets} packets sent as sensor {Sensor}"));
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
        using var spool = new Spool(Spool);
        using var session = new AgentSession(Options(isLive: true), spool, () => capture.Interfaces);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var gaveUp = new CancellationTokenSource();
        var status = new AgentStatus(Sensor, spool, session);
        var link = new ServerLink(Channel, session, spool);
        link.StateChanged = () => status.Tell(link);
        var sending = link.RunAsync(gaveUp.Token);
        var tally = new CaptureTally(session, SendsEverything);
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
                while (!sending.IsCompleted && await timer.WaitForNextTickAsync(ended.Token))
                {
                    session.Count(tally, Dropped(capture));
                    status.Show(tally.Frames, Dropped(capture));
                    keeper?.Flush();
                }
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                // what was captured until now is still sent
            }
        }

        capture.Stop();
        if (keeper?.Complete(capture.ReadStatistics(), tally.Last) is { } kept)
        {
            Complaint.Tell(kept);
        }

        tally.Complete();
        session.Count(tally, Dropped(capture));
        session.Complete();
        gaveUp.CancelAfter(Patience(link));
        var isTaken = await FinishAsync(sending, spool, gaveUp.Token);
        status.ShowLast(tally.Frames, Dropped(capture));
        return isTaken ? devices > 0 ? ExitCode.Success : ExitCode.UnreadableInput : ExitCode.ServerRefuses;

        void Take(in Packet packet)
        {
            tally.Push(in packet);
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
    private static async Task<bool> FinishAsync(Task sending, Spool spool, CancellationToken gaveUp)
    {
        try
        {
            await sending;
            return true;
        }
        catch (OperationCanceledException) when (gaveUp.IsCancellationRequested)
        {
            Complaint.Tell(string.Create(CultureInfo.InvariantCulture, $"the server did not confirm the last {spool.HeldPackets} packets: they are lost, if it did not get them"));
            return false;
        }
    }

    private void Read(CaptureSet captures, AgentSession session, Spool spool, Task sending, CancellationToken cancel)
    {
        const long HeldBytes = 32 * 1024 * 1024;
        var tally = new CaptureTally(session, SendsEverything);
        while (!sending.IsCompleted && !cancel.IsCancellationRequested && captures.TryRead(out var packet))
        {
            tally.Push(in packet);
            for (var changed = spool.Changed(); spool.Held.MemoryBytes > HeldBytes && !sending.IsCompleted; changed = spool.Changed())
            {
                Task.WhenAny(changed, sending).Wait(CancellationToken.None);
            }
        }

        tally.Complete();
        session.Count(tally, droppedByKernel: 0);
        session.Complete();
    }

    private SessionOptions Options(bool isLive) => new()
    {
        Sensor = Sensor,
        Agent = $"cabridge {typeof(CaptureAgent).Assembly.GetName().Version?.ToString(3)}",
        Selection = Selection,
        IsLive = isLive,
    };
}
