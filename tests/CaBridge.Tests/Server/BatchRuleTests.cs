using CaBridge.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;

namespace CaBridge.Tests.Server;

/// <summary>Batches that contradict themselves, and those that are too large: refused with a sentence, the session as it was before.</summary>
[TestFixture]
internal sealed class BatchRuleTests
{
    private ServerProgram? _server;

    private ServerProgram Server => _server!;

    private static IEnumerable<TestCaseData> Wrong =>
    [
        Case("No_sequence", batch => batch.Sequence = 0, "sequence is 0"),
        Case("Times_too_few", batch => batch.TimeDeltasNs.RemoveAt(0), "time_deltas_ns has 3 entries for 4 packets"),
        Case("Times_too_many", batch => batch.TimeDeltasNs.Add(1), "time_deltas_ns has 5 entries for 4 packets"),
        Case("Lengths_too_few", batch => batch.CapturedLengths.RemoveAt(0), "time_deltas_ns has 4 entries for 3 packets"),
        Case("Lengths_too_long", batch => batch.CapturedLengths[3] = 101, "captured_lengths add up to 401 bytes, data has 400"),
        Case("Lengths_that_overflow", batch => (batch.CapturedLengths[0], batch.CapturedLengths[1]) = (uint.MaxValue, 201), "captured_lengths add up to"),
        Case("Data_cut", batch => batch.Data = ByteString.CopyFrom(new byte[399]), "data has 399"),
        Case("Original_lengths_too_few", batch => batch.OriginalLengths.Add(100), "original_lengths has 1 entries"),
        Case("Original_lengths_too_large", batch => batch.OriginalLengths.Add([100, 100, 100, uint.MaxValue]), "original_lengths"),
        Case("Interfaces_too_few", batch => batch.InterfaceIndexes.Add(0), "interface_indexes has 1 entries"),
        Case("Interface_not_described", batch => batch.InterfaceIndexes.Add([0, 0, 0, 1]), "interface_indexes names an interface beyond the 1"),
        Case("Interfaces_with_a_gap", batch => batch.InterfacesBefore = 2, "interfaces_before is 2, and 1 are known"),
        Case("Interfaces_without_end", batch => Describe(batch, 2000), "new_interfaces"),
        Case("Frames_too_few", batch => batch.FrameDeltas.Add(0), "frame_deltas has 1 entries"),
    ];

    [OneTimeSetUp]
    public void Start() => _server = new ServerProgram(0, "--CaBridge:Live:MaxBatchBytes=1000000", "--CaBridge:Live:MaxBatchPackets=1000");

    [OneTimeTearDown]
    public void Stop() => _server?.Dispose();

    [TestCaseSource(nameof(Wrong))]
    public Task Wrong_batch_is_refused(Action<PacketBatch> bend, string sentence) => AssertRefused(bend, StatusCode.InvalidArgument, sentence);

    [Test]
    public Task Batch_of_too_many_bytes_is_refused() =>
        AssertRefused(batch => batch.MergeFrom(SampleBatches.Noise(batch.Sequence, packets: 100, bytesOfEach: 10_100)), StatusCode.ResourceExhausted, "1000000 bytes");

    [Test]
    public Task Batch_of_too_many_packets_is_refused() =>
        AssertRefused(batch => batch.MergeFrom(SampleBatches.Noise(batch.Sequence, packets: 1001)), StatusCode.ResourceExhausted, "1000 packets");

    [Test]
    public Task Message_beyond_what_is_read_at_all_is_refused() =>
        AssertRefused(batch => batch.MergeFrom(SampleBatches.Noise(batch.Sequence, packets: 100, bytesOfEach: 20_000)), StatusCode.ResourceExhausted, "size");

    [Test]
    public async Task Bytes_that_are_no_message_are_refused([Values] bool comeFirst)
    {
        using var call = Server.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            new Method<byte[], Acknowledgement>(
                MethodType.DuplexStreaming,
                "cabridge.v1.CaptureService",
                "Stream",
                Marshallers.Create(bytes => bytes, bytes => bytes),
                Marshallers.Create(message => message.ToByteArray(), Acknowledgement.Parser.ParseFrom)),
            host: null,
            new CallOptions(deadline: DateTime.UtcNow.AddMinutes(1)));
        if (!comeFirst)
        {
            await call.RequestStream.WriteAsync(new PacketBatch { Hello = RawAgent.Hello(TestContext.CurrentContext.Test.Name) }.ToByteArray());
        }

        await call.RequestStream.WriteAsync([0xFF, 0xFF, 0xFF, 0xFF]);

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
        });
        Assert.That(failure!.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
    }

    [TestCase("", "sensor", "hello.session_id must be 16 to 64")]
    [TestCase("0123456789abcde!", "sensor", "hello.session_id must be 16 to 64")]
    [TestCase("0123456789abcdef", "", "hello.sensor must be 1 to 128")]
    [TestCase("0123456789abcdef", "a\nb", "hello.sensor must be 1 to 128")]
    public async Task Wrong_hello_is_refused(string session, string sensor, string sentence)
    {
        using var agent = new RawAgent(Server.Channel);
        await agent.SendAsync(new PacketBatch { Hello = RawAgent.Hello(sensor, session) });

        var status = await agent.EndAsync();
        Assert.That((status.StatusCode, status.Detail.StartsWith(sentence, StringComparison.Ordinal)), Is.EqualTo((StatusCode.InvalidArgument, true)), status.Detail);
    }

    [Test]
    public async Task Packets_before_or_with_hello_are_refused()
    {
        foreach (var batch in (PacketBatch[])[SampleBatches.Noise(1), new(SampleBatches.Noise(1)) { Hello = RawAgent.Hello("early") }])
        {
            using var agent = new RawAgent(Server.Channel);
            await agent.SendAsync(batch);

            var status = await agent.EndAsync();
            Assert.That((status.StatusCode, status.Detail.Contains("hello", StringComparison.Ordinal)), Is.EqualTo((StatusCode.InvalidArgument, true)), status.Detail);
        }
    }

    /// <summary>Fields at the ends of their ranges are no reason to end.</summary>
    [Test]
    public async Task Extreme_numbers_are_survived()
    {
        using var agent = await RawAgent.ConnectAsync(Server.Channel, "extreme");
        var sequence = 0UL;
        foreach (var time in (long[])[long.MinValue, -1, 0, long.MaxValue])
        {
            var batch = SampleBatches.Of(Captures.GoldenCapture.Named("cooked1"))[0];
            (batch.Sequence, batch.FirstUnixNs, batch.SentUnixNs, batch.FirstFrame) = (++sequence, time, time, ulong.MaxValue);
            (batch.TimeDeltasNs[5], batch.TimeDeltasNs[6]) = (long.MaxValue, long.MinValue);
            batch.FrameDeltas.AddRange(Enumerable.Repeat(ulong.MaxValue, batch.CapturedLengths.Count));
            batch.Counters = new CaptureCounters { Frames = ulong.MaxValue, FirstUnixNs = time, LastUnixNs = time, SegmentsAndDatagrams = ulong.MaxValue };
            await agent.SendAsync(batch);
            await agent.ReadUntilAsync(sequence);
            await Server.Analysis.GetReportAsync(new GetReportRequest());
            await Server.Analysis.ListSensorsAsync(new ListSensorsRequest());
        }
    }

    private static TestCaseData Case(string name, Action<PacketBatch> bend, string sentence) => new TestCaseData(bend, sentence).SetName($"{{m}}({name})");

    private static void Describe(PacketBatch batch, int interfaces)
    {
        batch.InterfacesBefore = 1;
        batch.NewInterfaces.AddRange(Enumerable.Repeat(new Interface { Name = "eth", LinkType = 1 }, interfaces));
    }

    private async Task AssertRefused(Action<PacketBatch> bend, StatusCode code, string sentence)
    {
        var (sensor, session) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        using (var agent = await RawAgent.ConnectAsync(Server.Channel, sensor, session))
        {
            await agent.SendAsync(SampleBatches.Noise(1));
            await agent.ReadUntilAsync(1);
            var wrong = SampleBatches.Noise(2);
            bend(wrong);
            try
            {
                await agent.SendAsync(wrong);
                await agent.SendAsync(SampleBatches.Noise(3));
            }
            catch (Exception failure) when (failure is RpcException or InvalidOperationException)
            {
                // ended already
            }

            var status = await agent.EndAsync();
            Assert.That(status.StatusCode, Is.EqualTo(code), status.Detail);
            Assert.That(status.Detail, Does.Contain(sentence));
        }

        var before = Server.FindSensor(sensor)!;
        Assert.That((before.LastSequence, before.Packets, before.BatchesMissing), Is.EqualTo((1UL, 4L, 0L)));
        using var again = await RawAgent.ConnectAsync(Server.Channel, sensor, session);
        await again.SendAsync(SampleBatches.Noise(2));
        await again.ReadUntilAsync(2);
        Assert.That(Server.FindSensor(sensor)!.Packets, Is.EqualTo(8));
    }
}
