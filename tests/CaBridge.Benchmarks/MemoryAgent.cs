using CaBridge.Agent;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using Grpc.Net.Client;

namespace CaBridge.Benchmarks;

/// <summary>An agent whose packets come from memory.</summary>
internal sealed class MemoryAgent : IDisposable
{
    private const long HeldBytes = 8 * 1024 * 1024;

    private readonly GrpcChannel _channel;
    private readonly Spool _spool = new(new SpoolOptions { MaxMemoryBytes = long.MaxValue });
    private readonly AgentSession _session;
    private readonly CaptureTally _tally;
    private readonly Task _sending;

    public MemoryAgent(string url, string sensor)
    {
        _channel = GrpcChannel.ForAddress(url);
        var options = new SessionOptions { Sensor = sensor, Agent = "benchmark", Selection = "Channel Access", IsLive = false };
        _session = new AgentSession(options, _spool, () => [new CaptureInterface("memory", Description: null, LinkType.Ethernet, SnapLengthBytes: 0)]);
        _tally = new CaptureTally(_session, everything: false);
        _sending = new ServerLink(_channel, _session, _spool).RunAsync(CancellationToken.None);
    }

    public void Push(in Packet packet) => _tally.Push(in packet);

    /// <summary>Returns when the server has taken most of what there was.</summary>
    public void WaitForRoom()
    {
        for (var changed = _spool.Changed(); _spool.Held.MemoryBytes > HeldBytes && !_sending.IsCompleted; changed = _spool.Changed())
        {
            Task.WhenAny(changed, _sending).Wait();
        }
    }

    /// <summary>Returns when the server has all.</summary>
    /// <returns>How many packets there were.</returns>
    public long Complete()
    {
        _tally.Complete();
        _session.Count(_tally, droppedByKernel: 0);
        _session.Complete();
        _sending.Wait();
        return _tally.Frames;
    }

    public void Dispose()
    {
        _session.Dispose();
        _spool.Dispose();
        _channel.Dispose();
    }
}
