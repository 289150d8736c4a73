using CaBridge.Analysis;
using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Packets;

/// <summary>A parser with its log, for arrays and one frame a millisecond.</summary>
internal sealed class ParserProbe(Decapsulator? decapsulate = null, AnalyzerOptions? options = null)
{
    private readonly AnomalyLog _anomalies = new();
    private PacketParser? _parser;

    public long Frame { get; private set; }

    public PacketParser Parser => _parser ??= new PacketParser(options ?? new AnalyzerOptions(), _anomalies, decapsulate);

    public static CaptureTime TimeOf(long frame) => new(frame * CaptureDuration.NanosecondsPerMillisecond);

    public long Count(AnomalyKind kind) => _anomalies.Snapshot().SingleOrDefault(count => count.Kind == kind).Count;

    public Parsed Parse(byte[] frame, LinkType linkType = LinkType.Raw, int? originalLength = null, CaptureTime? time = null)
    {
        var packet = new Packet(time ?? TimeOf(++Frame), Frame, linkType, frame, originalLength ?? frame.Length);
        var kind = Parser.Parse(packet, out var segment, out var datagram);
        return kind == PacketKind.Tcp
            ? new Parsed(kind, segment.Time, segment.Frame, segment.Source, segment.Destination, segment.Payload.ToArray(), segment.PayloadLength, segment.IpId)
            : new Parsed(
                kind, datagram.Time, datagram.Frame, datagram.Source, datagram.Destination, datagram.Payload.ToArray(), datagram.PayloadLength, datagram.IpId);
    }

    /// <summary>What a segment and a datagram have in common.</summary>
    internal sealed record Parsed(
        PacketKind Kind, CaptureTime Time, long Frame, Endpoint Source, Endpoint Destination, byte[] Payload, int PayloadLength, ushort IpId);
}
