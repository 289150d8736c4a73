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
    /// <summary>What is left to send when the capture ends has so long to go.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(1);

    public required GrpcChannel Channel { get; init; }

    public required string Sensor { get; init; }

    public required bool SendsEverything { get; init; }

    public required SpoolOptions Spool { get; init; }

    private string Selection => SendsEverything ? "all" : "Channel Access";

    /// <summary>Sends files as fast as the server takes them; nothing is ever dropped.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> SendFilesAsync(IReadOnlyList<string> files, CancellationToken cancel)
    {
        using var captures = CaptureSet.Open(files, new CaptureReaderOptions());
        using var spool = new Spool(new SpoolOptions { MaxMemoryBytes = long.MaxValue });
        using var session = new AgentSession(Options(isLive: false), spool, () => captures.Interfaces);
        var link = new ServerLink(Channel, session, spool);
        var sending = link.RunAsync(cancel);
        await Task.Factory.StartNew(() => Read(captures, session, spool, sending), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await sending;
        foreach (var problem in captures.Problems)
        {
            await Console.Error.WriteLineAsync($"cabridge: {problem.File}, byte {problem.ByteOffset}: {problem.Message}");
        }

        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"cabridge: {session.SentPackets} packets sent as sensor {Sensor}"));
        return captures.Problems.Any(problem => problem.IsFatal) ? ExitCode.UnreadableInput : ExitCode.Success;
    }

    /// <summary>Captures and sends until Ctrl+C, SIGTERM, or until no device is left.</summary>
    /// <param name="files">Where the packets are kept, too; null for nowhere.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> SendLiveAsync(LiveCaptureOptions options, PcapngRingOptions? files, CancellationToken cancel)
    {
        using var capture = LiveCapture.Open(options);
        using var keeper = files is null ? null : new PacketKeeper(new PcapngRing(files, capture.Interfaces), sentence => Console.Error.WriteLine($"cabridge: {sentence}"));
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
                Console.Error.WriteLine($"cabridge: {loss.Message}");
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
            await Console.Error.WriteLineAsync($"cabridge: {kept}");
        }

        tally.Complete();
        session.Count(tally, Dropped(capture));
        session.Complete();
        gaveUp.CancelAfter(EndPatience);
        try
        {
            await sending;
        }
        catch (OperationCanceledException) when (gaveUp.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"cabridge: the server did not take what was left: {spool.Held.Count} batches are lost");
        }

        status.ShowLast(tally.Frames, Dropped(capture));
        return ExitCode.Success;

        void Take(in Packet packet)
        {
            tally.Push(in packet);
            keeper?.Add(in packet);
        }
    }

    private static long Dropped(LiveCapture capture) => capture.ReadStatistics().Sum(device => device.DroppedByKernel + device.DroppedByInterface);

    private void Read(CaptureSet captures, AgentSession session, Spool spool, Task sending)
    {
        const long HeldBytes = 32 * 1024 * 1024;
        var tally = new CaptureTally(session, SendsEverything);
        while (!sending.IsCompleted && captures.TryRead(out var packet))
        {
            tally.Push(in packet);
            while (spool.Held.MemoryBytes > HeldBytes && !sending.IsCompleted)
            {
                Task.WhenAny(spool.Changed(), sending).Wait();
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
