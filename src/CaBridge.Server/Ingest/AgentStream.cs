using System.Threading.Channels;
using CaBridge.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CaBridge.Server.Ingest;

/// <summary>What goes back to an agent over one stream: what was taken in, and why it ends. The loop writes, the stream's own task reads.</summary>
internal sealed class AgentStream
{
    private readonly Channel<Acknowledgement> _acknowledgements = System.Threading.Channels.Channel.CreateBounded<Acknowledgement>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>The latest acknowledgement only: each tells all that those before it told. Ends with what <see cref="Refuse"/> was told.</summary>
    public ChannelReader<Acknowledgement> Acknowledgements => _acknowledgements.Reader;

    public void Acknowledge(SensorSession session) => _acknowledgements.Writer.TryWrite(new Acknowledgement
    {
        Sequence = session.LastSequence,
        ClockOffset = session.ClockOffset is { } offset ? Duration.FromTimeSpan(offset) : null,
    });

    /// <summary>The stream ends with an error.</summary>
    public void Refuse(StatusCode code, string reason) => _acknowledgements.Writer.TryComplete(new RpcException(new Status(code, reason)));

    /// <summary>All that was sent has been taken in.</summary>
    public void Complete() => _acknowledgements.Writer.TryComplete();
}
