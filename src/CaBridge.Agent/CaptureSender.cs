using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using Grpc.Net.Client;

namespace CaBridge.Agent;

/// <summary>
/// A capture on its way to a server: counted, chosen, batched, spooled and sent. Use: <see cref="Start"/>, <see cref="Push"/> from one thread,
/// <see cref="Complete"/>, <see cref="FinishAsync"/>.
/// </summary>
public sealed class CaptureSender : IDisposable
{
    private readonly CancellationTokenSource _gaveUp = new();

    /// <param name="channel">The server; the caller's to dispose.</param>
    /// <param name="everything">Whether all packets go there, else Channel Access alone.</param>
    /// <param name="interfaces">As <see cref="AgentSession"/> asks for them.</param>
    public CaptureSender(GrpcChannel channel, SessionOptions session, SpoolOptions spool, bool everything, Func<IReadOnlyList<CaptureInterface>> interfaces)
    {
        Spool = new Spool(spool);
        Session = new AgentSession(session, Spool, interfaces);
        Tally = new CaptureTally(Session, everything);
        Link = new ServerLink(channel, Session, Spool);
    }

    public Spool Spool { get; }

    public AgentSession Session { get; }

    public CaptureTally Tally { get; }

    public ServerLink Link { get; }

    /// <summary>
    /// Ends when the server has all, or it was given up; with <see cref="AgentException"/> if the server refuses for good.
    /// </summary>
    public Task Sending { get; private set; } = Task.CompletedTask;

    public void Start() => Sending = Link.RunAsync(_gaveUp.Token);

    /// <summary>A <see cref="PacketSink"/>.</summary>
    public void Push(in Packet packet) => Tally.Push(in packet);

    /// <summary>Tells the server what was counted so far; about once a second, from any thread.</summary>
    public void Count(long droppedByKernel) => Session.Count(Tally, droppedByKernel);

    /// <summary>The capture is over.</summary>
    public void Complete(long droppedByKernel)
    {
        Tally.Complete();
        Session.Count(Tally, droppedByKernel);
        Session.Complete();
    }

    /// <summary>What the server has not taken in by then stays behind.</summary>
    public void GiveUpAfter(TimeSpan patience) => _gaveUp.CancelAfter(patience);

    /// <summary>Waits until the server has all.</summary>
    /// <returns>Packets that it did not confirm when it was given up; null if it has all.</returns>
    /// <exception cref="AgentException">The server refuses for good.</exception>
    public async Task<long?> FinishAsync()
    {
        try
        {
            await Sending;
            return null;
        }
        catch (OperationCanceledException) when (_gaveUp.IsCancellationRequested)
        {
            return Spool.HeldPackets;
        }
    }

    public void Dispose()
    {
        _gaveUp.Cancel();
        Session.Dispose();
        Spool.Dispose();
        _gaveUp.Dispose();
    }
}
