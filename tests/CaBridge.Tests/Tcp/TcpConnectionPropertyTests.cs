using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Tcp;
using CsCheck;

namespace CaBridge.Tests.Tcp;

/// <summary>A dialogue in which every segment acknowledges all before it, recorded in any order and partly twice.</summary>
[TestFixture]
public sealed class TcpConnectionPropertyTests
{
    private const uint Start = uint.MaxValue - 40;

    private static readonly Gen<(Turn[] Turns, int Seed)> Recording =
        Gen.Select(Gen.Select(Gen.Int[0, 1], Gen.Int[1, 30], (side, length) => new Turn(side, length)).Array[1, 30], Gen.Int[0, int.MaxValue]);

    [Test]
    public void Recording_order_changes_neither_bytes_nor_causality() => Recording.Sample(recording =>
    {
        var sent = Dialogue(recording.Turns);
        var recorded = sent.Concat(sent.Where((_, i) => i % 3 == 0)).ToArray();
        new Random(recording.Seed).Shuffle(recorded);

        var connection = new TcpConnection(1 << 20, new HeldMemory(), new AnomalyLog());
        connection.StartAt(0, new SequenceNumber(Start));
        connection.StartAt(1, new SequenceNumber(Start));
        var emitted = new List<byte>[] { [], [] };
        var isCausal = true;
        for (var i = 0; i < recorded.Length; i++)
        {
            var (side, offset, acknowledged, bytes) = recorded[i];
            var segment = new TcpSegment
            {
                Time = new CaptureTime(i),
                Frame = i + 1,
                SequenceNumber = unchecked(Start + (uint)offset),
                AcknowledgmentNumber = unchecked(Start + (uint)acknowledged),
                Flags = TcpFlags.Ack,
                Payload = bytes,
                PayloadLength = bytes.Length,
                IpId = (ushort)(i + 1),
            };
            connection.Push(side, segment);
            while (connection.TryRead(side, segment, out var chunk))
            {
                var needed = Acknowledged(sent, chunk.Side, emitted[chunk.Side].Count, chunk.Bytes.Length);
                isCausal &= chunk.Kind == StreamChunkKind.Data && emitted[1 - chunk.Side].Count >= needed;
                emitted[chunk.Side].AddRange(chunk.Bytes);
            }
        }

        return isCausal && !connection.IsWaiting && Enumerable.Range(0, 2).All(side => emitted[side].SequenceEqual(Stream(sent, side)));
    });

    private static Segment[] Dialogue(Turn[] turns)
    {
        var next = new int[2];
        return
        [
            .. turns.Select((turn, i) =>
            {
                var offset = next[turn.Side];
                next[turn.Side] += turn.Length;
                return new Segment(turn.Side, offset, next[1 - turn.Side], [.. Enumerable.Range(0, turn.Length).Select(at => (byte)((i * 31) + at))]);
            }),
        ];
    }

    private static int Acknowledged(Segment[] sent, int side, int from, int length) => sent
        .Where(segment => segment.Side == side && segment.Offset < from + length && segment.Offset + segment.Bytes.Length > from)
        .Max(segment => segment.Acknowledged);

    private static IEnumerable<byte> Stream(Segment[] sent, int side) => sent.Where(segment => segment.Side == side).SelectMany(segment => segment.Bytes);

    private sealed record Turn(int Side, int Length);

    private sealed record Segment(int Side, int Offset, int Acknowledged, byte[] Bytes);
}
