using System.Globalization;
using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Tcp;

namespace CaBridge.Tests.Kit;

/// <summary>
/// A <see cref="TcpConnection"/> and its story: <c>C abc @5</c> for bytes of the client (side 0) with the time of 5 ms, <c>S gap 3 @5</c>,
/// <c>C end @5</c>, <c>S reset @5</c>. The client's first byte is 100, the server's is 500.
/// </summary>
internal sealed class ConnectionProbe
{
    public const uint ClientStart = 100;
    public const uint ServerStart = 500;

    private readonly TcpConnection _connection;
    private readonly AnomalyLog _anomalies = new();
    private readonly HeldMemory _memory = new();
    private long _frame;

    public ConnectionProbe(int maxHeldBytes = 1 << 20, bool started = true)
    {
        _connection = new TcpConnection(maxHeldBytes, _memory, _anomalies);
        if (started)
        {
            _connection.StartAt(0, new SequenceNumber(ClientStart));
            _connection.StartAt(1, new SequenceNumber(ServerStart));
        }
    }

    public List<string> Story { get; } = [];

    public long HeldMemoryBytes => _memory.Bytes;

    public bool IsWaiting => _connection.IsWaiting;

    public void StartAt(int side, uint first) => _connection.StartAt(side, new SequenceNumber(first));

    public void Client(double at, uint sequence, string text, uint? ack = null, TcpFlags flags = TcpFlags.None, ushort id = 0, int cut = 0) =>
        Push(0, at, sequence, text, ack, flags, id, cut);

    public void Server(double at, uint sequence, string text, uint? ack = null, TcpFlags flags = TcpFlags.None, ushort id = 0, int cut = 0) =>
        Push(1, at, sequence, text, ack, flags, id, cut);

    public void AdvanceTo(double at)
    {
        _connection.AdvanceTo(Wire.Time(at));
        Drain(0, default);
    }

    public void Flush()
    {
        _connection.Flush();
        Drain(0, default);
    }

    public AnomalyCount Anomaly(AnomalyKind kind) => _anomalies.Snapshot().SingleOrDefault(anomaly => anomaly.Kind == kind);

    private void Push(int side, double at, uint sequence, string text, uint? ack, TcpFlags flags, ushort id, int cut)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var segment = new TcpSegment
        {
            Time = Wire.Time(at),
            Frame = ++_frame,
            SequenceNumber = sequence,
            AcknowledgmentNumber = ack ?? 0,
            Flags = flags | (ack is null ? TcpFlags.None : TcpFlags.Ack),
            Payload = bytes.AsSpan(0, bytes.Length - cut),
            PayloadLength = bytes.Length,
            IpId = id,
        };
        _connection.Push(side, segment);
        Drain(side, segment);
    }

    private void Drain(int side, in TcpSegment segment)
    {
        while (_connection.TryRead(side, segment, out var chunk))
        {
            var what = chunk.Kind switch
            {
                StreamChunkKind.Data => Encoding.ASCII.GetString(chunk.Bytes) + (chunk.CutBytes > 0 ? $"+{chunk.CutBytes}" : ""),
                StreamChunkKind.Gap => $"gap {chunk.MissingBytes}",
                StreamChunkKind.End => "end",
                _ => "reset",
            };
            var time = chunk.Time.UnixNanoseconds / CaptureDuration.NanosecondsPerMillisecond;
            Story.Add(string.Create(CultureInfo.InvariantCulture, $"{(chunk.Side == 0 ? 'C' : 'S')} {what} @{time}"));
        }
    }
}
