using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Tests.Kit;

/// <summary>A <see cref="CaStreamDecoder"/> and the messages that it gave, each as <see cref="SeenMessage"/> without time and name.</summary>
internal sealed class DecoderProbe
{
    private readonly Sender _sender;
    private readonly AnomalyLog _anomalies = new();
    private readonly CaStreamDecoder _decoder;

    public DecoderProbe(Sender sender, bool midStream = false, int dataLimit = 1 << 20)
    {
        _sender = sender;
        _decoder = new CaStreamDecoder(dataLimit, _anomalies);
        _decoder.Reset(midStream);
    }

    public List<SeenMessage> Messages { get; } = [];

    public long PassedOverBytes => _decoder.PassedOverBytes;

    /// <summary>The messages of a whole stream as they must come out.</summary>
    public static SeenMessage[] Expected(byte[][] stream) =>
    [
        .. stream.Select(bytes =>
        {
            _ = CaHeader.TryRead(bytes, out var header);
            return new SeenMessage(default, 1, Sender.Unknown, header, bytes[header.Length..], HasGap: false, Pv: null);
        }),
    ];

    public long Count(AnomalyKind kind) => _anomalies.Snapshot().SingleOrDefault(anomaly => anomaly.Kind == kind).Count;

    public long Bytes(AnomalyKind kind) => _anomalies.Snapshot().SingleOrDefault(anomaly => anomaly.Kind == kind).Bytes;

    public DecoderProbe Complete()
    {
        _decoder.Complete(frame: 1);
        return this;
    }

    public DecoderProbe Feed(ReadOnlySpan<byte> input)
    {
        while (_decoder.TryRead(ref input, _sender, frame: 1, out var message))
        {
            Messages.Add(new SeenMessage(default, 1, Sender.Unknown, message.Header, message.Payload.ToArray(), message.HasGap, Pv: null));
        }

        return this;
    }

    public DecoderProbe Gap(long bytes)
    {
        _decoder.SkipGap(bytes);
        return this;
    }

    public DecoderProbe Abandon()
    {
        _decoder.Abandon();
        return this;
    }
}
