using System.Buffers.Binary;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Extcap.Output;

namespace CaBridge.Tests.Extcap;

[TestFixture]
internal sealed class PacketOutputTests
{
    private const int MaxWaitingBytes = 1024 * 1024;

    [Test]
    public void What_waits_is_bounded_and_what_is_dropped_is_counted()
    {
        using var stuck = new StuckStream();
        var output = new PacketOutput(stuck, MaxWaitingBytes);
        var device = output.AddInterface(new CaptureInterface("eth0", Description: null, LinkType.Ethernet, SnapLengthBytes: 0));
        output.Begin();
        var written = 0;
        while (output.TryWrite(new Packet(default, frame: 1, LinkType.Ethernet, new byte[1000], originalLength: 1000), device, "a comment"))
        {
            written++;
        }

        Assert.That(written, Is.InRange(900, 1100));
        Assert.That(output.Dropped, Is.EqualTo(1));

        stuck.Open();
        output.WriteStatistics(device, new InterfaceStatistics(new CaptureTime(1), Received: null, Dropped: 2), isLast: true);
        output.Dispose();
        Assert.That(ShownPackets.Read(stuck.Bytes), Has.Count.EqualTo(written));

        // the statistics block is last: its option of dropped packets, the options' end, the block's length
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(stuck.Bytes.AsSpan()[^16..]), Is.EqualTo(3));
    }

    [Test]
    public void Nothing_is_written_to_a_capture_that_fails_before_it_begins()
    {
        var stream = new MemoryStream();
        using (var output = new PacketOutput(stream))
        {
            output.AddInterface(new CaptureInterface("eth0", Description: null, LinkType.Ethernet, SnapLengthBytes: 0));
        }

        Assert.That(stream.ToArray(), Is.Empty);
    }

    [Test]
    public void Failure_of_the_pipe_is_told()
    {
        using var output = new PacketOutput(new FailingStream());
        output.Begin();

        Assert.That(() => output.Broken.IsCancellationRequested, Is.True.After(delayInMilliseconds: 30_000, pollingInterval: 5));
        Assert.That(output.Failure, Is.Not.Null);
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly ManualResetEventSlim _open = new();

        public byte[] Bytes { get; private set; } = [];

        public void Open() => _open.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _open.Wait();
            base.Write(buffer);
            Bytes = ToArray();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _open.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class FailingStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
