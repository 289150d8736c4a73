using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Tcp;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Tcp;

/// <summary>What a connection holds, it gives back: a buffer that is lost shows as one that has to be allocated anew.</summary>
[TestFixture]
public sealed class TcpBufferTests
{
    private const int Rounds = 200;

    private static readonly byte[] Reply = new byte[1000];

    [Test]
    public void Deferred_copies_of_a_segment_give_their_buffers_back()
    {
        var connection = new TcpConnection(1 << 20, new HeldMemory(), new AnomalyLog());
        connection.StartAt(0, new SequenceNumber(0));
        connection.StartAt(1, new SequenceNumber(0));
        Exchange(connection, from: 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(connection, from: Rounds);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Connections_that_are_no_circuits_keep_no_bytes()
    {
        const int Early = 32 * 1024;
        var wire = new Wire();
        Refuse(wire, firstPort: 1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Refuse(wire, firstPort: Rounds + 1);

        // The frames themselves are 32 KB each, made by the test.
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(Rounds * (Early + (Early / 2))));

        static void Refuse(Wire wire, ushort firstPort)
        {
            var payload = new byte[Early];
            for (ushort i = 0; i < Rounds; i++)
            {
                var call = TcpCall.Open(wire, (ushort)(firstPort + i));
                var first = call.FromClient(TcpFlags.Ack, "SSH-2.0-OpenSSH_9.2 and so on"u8.ToArray());
                wire.Put(call.FromServer(TcpFlags.None, [0]));
                _ = call.FromServer(TcpFlags.None, [0]);
                wire.Put(call.FromServer(TcpFlags.None, payload));
                wire.Put(first);
            }
        }
    }

    /// <summary>Each round: a reply and two copies of it are recorded before the request that they acknowledge.</summary>
    private static void Exchange(TcpConnection connection, int from)
    {
        var bytes = Reply;
        for (var i = from; i < from + Rounds; i++)
        {
            for (var copy = 0; copy < 3; copy++)
            {
                Push(connection, 1, (uint)(i * bytes.Length), (uint)((i + 1) * bytes.Length), (4 * i) + copy, bytes);
            }

            Push(connection, 0, (uint)(i * bytes.Length), (uint)(i * bytes.Length), (4 * i) + 3, bytes);
        }
    }

    private static void Push(TcpConnection connection, int side, uint sequence, uint acknowledged, int time, byte[] bytes)
    {
        var segment = new TcpSegment
        {
            Time = Wire.Time(time),
            Frame = time + 1,
            SequenceNumber = sequence,
            AcknowledgmentNumber = acknowledged,
            Flags = TcpFlags.Ack,
            Payload = bytes,
            PayloadLength = bytes.Length,
            IpId = (ushort)(time + 1),
        };
        connection.Push(side, segment);
        while (connection.TryRead(side, segment, out _))
        {
        }
    }
}
