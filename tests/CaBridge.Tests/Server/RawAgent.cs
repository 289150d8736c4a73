using CaBridge.Contracts.V1;
using Grpc.Core;

namespace CaBridge.Tests.Server;

/// <summary>An agent that sends what the test wants, right or wrong.</summary>
internal sealed class RawAgent : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly AsyncDuplexStreamingCall<PacketBatch, Acknowledgement> _call;

    public RawAgent(ChannelBase channel, Metadata? headers = null) =>
        _call = new CaptureService.CaptureServiceClient(channel).Stream(headers, DateTime.UtcNow + Patience);

    /// <summary>One that has been greeted.</summary>
    public static async Task<RawAgent> ConnectAsync(ChannelBase channel, string sensor, string? session = null)
    {
        var agent = new RawAgent(channel);
        await agent.SendAsync(new PacketBatch { Hello = Hello(sensor, session) });
        await agent.ReadAsync();
        return agent;
    }

    public static Hello Hello(string sensor, string? session = null) => new()
    {
        SessionId = session ?? Guid.NewGuid().ToString(),
        Sensor = sensor,
        Agent = "test",
        FirstSequence = 1,
        Interfaces = { new Interface { Name = "eth0", LinkType = 1 } },
    };

    public Task SendAsync(PacketBatch batch) => _call.RequestStream.WriteAsync(batch);

    /// <summary>Says that nothing comes any more, and waits for the server's end.</summary>
    public async Task CompleteAsync()
    {
        await _call.RequestStream.CompleteAsync();
        while (await _call.ResponseStream.MoveNext())
        {
        }
    }

    /// <summary>The next acknowledgement.</summary>
    public async Task<ulong> ReadAsync() =>
        await _call.ResponseStream.MoveNext() ? _call.ResponseStream.Current.Sequence : throw new RpcException(_call.GetStatus());

    /// <summary>Reads until a batch is acknowledged.</summary>
    public async Task ReadUntilAsync(ulong sequence)
    {
        while (await ReadAsync() < sequence)
        {
        }
    }

    /// <summary>With what the call ends.</summary>
    public async Task<Status> EndAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext())
            {
            }

            return _call.GetStatus();
        }
        catch (RpcException failure)
        {
            return failure.Status;
        }
    }

    public void Dispose() => _call.Dispose();
}
