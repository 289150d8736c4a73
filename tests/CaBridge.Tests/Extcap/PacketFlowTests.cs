using CaBridge.Analysis;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;
using CaBridge.Extcap;
using CaBridge.Extcap.Contract;
using CaBridge.Extcap.Output;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Kit;
using CaBridge.Tests.Server;

namespace CaBridge.Tests.Extcap;

/// <summary>What Wireshark gets of recordings, with the options of the dialog.</summary>
[TestFixture]
internal sealed class PacketFlowTests
{
    [TestCaseSource(typeof(GoldenCapture), nameof(GoldenCapture.All))]
    public void Every_reply_is_told_with_its_latency_and_request(GoldenCapture capture)
    {
        var shown = Shown(capture.Frames);

        Assert.That(shown.Select(packet => packet.Data), Is.EqualTo(capture.Frames.Select(frame => Convert.ToHexString(frame.Data))));
        foreach (var transaction in Answers.OfFrames(capture.Frames).Transactions.Where(transaction => transaction.HasReply && transaction.Operation != Operation.Connect))
        {
            var comment = shown[(int)transaction.ReplyFrame - 1].Comment;
            if (!comment.Contains(" more", StringComparison.Ordinal))
            {
                var pv = transaction.Pv is null ? "" : $" PV={ForeignText.Word(transaction.Pv.Text)}";
                Assert.That(comment, Does.Contain($"reply{pv} {DurationUnit.Text(transaction.Latency!.Value.Nanoseconds)} from request #{transaction.RequestFrame}"));
            }
        }
    }

    /// <summary>A reply that was recorded before its request, or waited for bytes before it, is told all the same, with the packet that it is in.</summary>
    [Test]
    public void Replies_out_of_order_are_told_with_their_packet()
    {
        var frames = RecordingBends.Swapped([.. GoldenCapture.Named("mixed-ops").Frames], 0.2, seed: 1).ToList();
        var comments = Shown(frames).Select(packet => packet.Comment).ToList();

        Assert.That(comments, Has.None.Match("no reply to [^;]*answered"));
        Assert.That(comments, Has.Some.Match(@"reply (to get )?PV=[^ ]+ [0-9.]+ .s from request #[0-9]+[^;]*, in #[0-9]+"));
    }

    /// <summary>All packets of a large message are shown, and none of others': what is shown can be analyzed by itself.</summary>
    [TestCase("--operations", "create,get,put", ExpectedResult = 6)]
    [TestCase("--pv", "b:*", ExpectedResult = 6)]
    [TestCase("--pv", "nothing*", ExpectedResult = 0)]
    public int Parts_of_large_messages_go_with_them(params string[] arguments)
    {
        var frames = GoldenCapture.Named("large-arrays").Frames;
        var shown = Shown(frames, arguments).Select(packet => packet.Data).ToHashSet(StringComparer.Ordinal);
        var gets = Answers.OfFrames(frames.Where(frame => shown.Contains(Convert.ToHexString(frame.Data)))).Transactions.Where(get => get.Operation == Operation.Get).ToList();

        Assert.That(gets.Select(get => get.Outcome), Has.All.EqualTo(Outcome.Answered));
        return gets.Count;
    }

    /// <summary>With the packet that lets it be known, and once.</summary>
    [TestCase("duplicate-pv")]
    [TestCase("ioc-restart")]
    [TestCase("slow-client")]
    [TestCase("mixed-ops")]
    public void Findings_are_told_with_the_packet_that_opens_them(string capture)
    {
        var frames = GoldenCapture.Named(capture).Frames;
        var analyzer = new Analyzer(new AnalyzerOptions { Diagnosis = new DiagnosisOptions() });
        var expected = new List<(int Frame, string Note)>();
        foreach (var (i, frame) in frames.Index())
        {
            var before = analyzer.FindingsOpened;
            analyzer.Push(SampleBatches.Packet(frame, i + 1));
            expected.AddRange(analyzer.FindingsOpenedAfter(before).Select(finding => (i, $"finding: {finding.Kind.Id()}, {finding.Severity.Name()}: ")));
        }

        var told = Shown(frames).Index()
            .SelectMany(packet => packet.Item.Comment.Split("; ").Where(note => note.StartsWith("finding: ", StringComparison.Ordinal)).Select(note => (Frame: packet.Index, Note: note)))
            .ToList();

        Assert.That(told.Select(note => note.Frame), Is.EqualTo(expected.Select(note => note.Frame)).And.Not.Empty);
        Assert.That(told.Zip(expected).Where(pair => !pair.First.Note.StartsWith(pair.Second.Note, StringComparison.Ordinal)), Is.Empty);
        Assert.That(told.Select(note => note.Note), Is.Unique);
    }

    [TestCase("--annotate", "false")]
    public void Without_annotation_there_is_no_comment(params string[] arguments) =>
        Assert.That(Shown(GoldenCapture.Named("mixed-ops").Frames, arguments).Select(packet => packet.Comment), Has.All.Empty);

    /// <summary>A request that is not shown has no number in Wireshark, and none in a comment.</summary>
    [Test]
    public void Minimum_latency_shows_the_slow_replies_alone()
    {
        var frames = GoldenCapture.Named("mixed-ops").Frames;
        var slow = Answers.OfFrames(frames).Transactions
            .Where(transaction => transaction is { HasReply: true } && transaction.Operation != Operation.Connect && transaction.Latency!.Value.Nanoseconds >= 1_000_000)
            .Select(transaction => transaction.ReplyFrame)
            .Distinct()
            .Order()
            .ToList();
        var shown = Shown(frames, "--minimum-latency", "1ms", "--operations", "search,create,get,put,subscribe,clear");

        Assert.That(slow, Is.Not.Empty);
        Assert.That(shown.Select(packet => packet.Data), Is.EqualTo(slow.Select(frame => Convert.ToHexString(frames[(int)frame - 1].Data))));
        Assert.That(shown.Select(packet => packet.Comment), Has.All.Match(" m?s").And.None.Contains("#"));
    }

    [Test]
    public void Numbers_are_those_of_the_packets_that_are_shown()
    {
        var shown = Shown(Conversation(), "--pv", "b*");

        Assert.That(shown.Select(packet => packet.Comment), Is.EqualTo(new[]
        {
            "CREATE_CHAN request PV=beam",
            "CREATE_CHAN reply PV=beam 1.000 ms from request #1",
        }));
    }

    [TestCase("--operations", "get,put", ExpectedResult = 0)]
    [TestCase("--operations", "create", ExpectedResult = 4)]
    [TestCase("--operations", "create", "--pv", "a*", ExpectedResult = 2)]
    [TestCase("--server-address", "10.44.0.21", ExpectedResult = 8)]
    [TestCase("--server-address", "10.44.0.21:5064", "--client-address", "10.44.0.11", ExpectedResult = 8)]
    [TestCase("--client-address", "10.44.0.99", ExpectedResult = 0)]
    public int Filters_choose(params string[] arguments) => Shown(Conversation(), arguments).Count;

    [Test]
    public void Only_channel_access_leaves_out_the_rest()
    {
        var capture = GoldenCapture.Named("ioc-startup");
        var mixed = OtherTraffic.Among(capture.Frames);
        var shown = Shown(mixed, "--only-channel-access").Select(packet => packet.Data).ToList();

        Assert.That(shown, Is.EquivalentTo(Shown(capture.Frames, "--only-channel-access").Select(packet => packet.Data)));
        Assert.That(shown, Has.Count.GreaterThan(capture.Frames.Count / 2));
    }

    [Test]
    public void Refusals_and_outliers_are_marked()
    {
        var call = new TcpCall(new Wire());
        var frames = new List<CapturedFrame>();
        var at = 0L;
        Add(call.Syn(), call.SynAck(), call.FromClient(TcpFlags.Ack));
        Add(call.FromClient([.. Ca.Version(), .. Ca.Create(1, "magnet")]), call.FromServer([.. Ca.Version(), .. Ca.Rights(1), .. Ca.Created(1, 7)]));
        for (uint i = 0; i < 30; i++)
        {
            Add(call.FromClient(Ca.Get(7, 100 + i)), call.FromServer(Ca.Got(100 + i)));
        }

        Add(call.FromClient(Ca.Get(7, 200)));
        at += 100_000_000;
        Add(call.FromServer(Ca.Got(200)));
        Add(call.FromClient(Ca.Get(7, 201)), call.FromServer(Ca.Got(201, status: Ca.GetFail)));
        Add(call.FromClient(Ca.Create(2, "nowhere")), call.FromServer(Ca.CreateFailed(2)));
        var comments = Shown(frames).Select(packet => packet.Comment.Split("; finding: ")[0]).ToList();

        Assert.That(comments.Count(comment => comment.Contains("outlier", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(comments, Has.Some.Match(@"\AREAD_NOTIFY reply PV=magnet 101\.000 ms from request #[0-9]+, outlier: 101 x the median\z"));
        Assert.That(comments, Has.Some.Match(@"\AREAD_NOTIFY reply PV=magnet 1\.000 ms from request #[0-9]+, ECA_GETFAIL\z"));
        Assert.That(comments, Has.Some.Match(@"\ACREATE_CH_FAIL reply PV=nowhere 1\.000 ms from request #[0-9]+, refused\z"));

        void Add(params WireFrame[] sent)
        {
            foreach (var frame in sent)
            {
                frames.Add(new CapturedFrame(at += 1_000_000, LinkType.Ethernet, frame.Bytes, frame.Bytes.Length));
            }
        }
    }

    [Test]
    public void Like_messages_are_told_together()
    {
        Assert.That(Shown(Searches("a", "b", "a")).Single().Comment, Is.EqualTo("3 SEARCH requests: PV=a, b"));
        Assert.That(Shown(Searches("a")).Single().Comment, Is.EqualTo("SEARCH request PV=a"));
        Assert.That(Shown(Searches("a", "b", "c", "d", "e", "f", "g", "h", "i")).Single().Comment, Is.EqualTo("9 SEARCH requests: PV=a, b, c, d, e, f, g, h, …"));
    }

    /// <summary>What was asked for is not lost among the rest.</summary>
    [Test]
    public void Of_like_messages_those_that_were_asked_for_are_named() =>
        Assert.That(Shown(Searches("a", "b", "c", "d", "e", "f", "g", "h", "i"), "--pv", "[hi]").Single().Comment, Is.EqualTo("9 SEARCH requests: PV=h, i, …"));

    [Test]
    public void Large_packets_are_cut_to_what_Wireshark_takes()
    {
        var data = new byte[400_000];
        var shown = Shown([new CapturedFrame(1, LinkType.Ethernet, data, data.Length)]);

        Assert.That(shown.Single().Data, Has.Length.EqualTo(2 * PacketOutput.MaxPacketBytes));
    }

    [Test]
    public void Rights_and_names_come_last()
    {
        var call = new TcpCall(new Wire());
        WireFrame[] sent =
        [
            call.Syn(), call.SynAck(), call.FromClient(TcpFlags.Ack),
            call.FromClient([.. Ca.Version(), .. Ca.Create(1, "beam")]), call.FromServer([.. Ca.Version(), .. Ca.Rights(1), .. Ca.Created(1, 7)]),
        ];
        var shown = Shown([.. sent.Select((frame, i) => new CapturedFrame((i + 1) * 1_000_000L, LinkType.Ethernet, frame.Bytes, frame.Bytes.Length))]);

        Assert.That(shown[^1].Comment, Does.Match(@"\ACREATE_CHAN reply PV=beam 1\.000 ms from request #4; ACCESS_RIGHTS update PV=beam [a-z|]+\z"));
    }

    private static List<CapturedFrame> Searches(params string[] names)
    {
        var payload = names.Index().SelectMany(name => Ca.Search((uint)name.Index + 1, name.Item)).ToArray();
        var frame = WireFrame.Udp(Endpoint.FromIPv4(0x0A2C000B, 40_000), Endpoint.FromIPv4(0x0A2C00FF, 5064), ipId: 1, payload).Bytes;
        return [new CapturedFrame(1, LinkType.Ethernet, frame, frame.Length)];
    }

    private static List<CapturedFrame> Conversation()
    {
        var call = new TcpCall(new Wire());
        WireFrame[] sent =
        [
            call.Syn(), call.SynAck(), call.FromClient(TcpFlags.Ack),
            call.FromClient(Ca.Version()),
            call.FromClient(Ca.Create(1, "alpha")), call.FromServer(Ca.Created(1, 11)),
            call.FromClient(Ca.Create(2, "beam")), call.FromServer(Ca.Created(2, 12)),
        ];
        return [.. sent.Select((frame, i) => new CapturedFrame((i + 1) * 1_000_000L, LinkType.Ethernet, frame.Bytes, frame.Bytes.Length))];
    }

    private static List<(string Data, string Comment)> Shown(IReadOnlyList<CapturedFrame> frames, params string[] arguments)
    {
        var stream = new MemoryStream();
        using (var output = new PacketOutput(stream))
        {
            var flow = new PacketFlow(ExtcapOptions.Read(new Arguments([Names.Interface, Names.HostInterface, .. arguments])), output);
            var sensor = flow.AddSensor();
            foreach (var link in frames.Select(frame => frame.LinkType).Distinct())
            {
                sensor.Interfaces.Add(output.AddInterface(new CaptureInterface("eth0", Description: null, link, SnapLengthBytes: 0)));
            }

            output.Begin();
            foreach (var (number, frame) in frames.Index())
            {
                sensor.Push(new Packet(new CaptureTime(frame.UnixNanoseconds), number + 1, frame.LinkType, frame.Data, frame.OriginalLength));
            }
        }

        return ShownPackets.Read(stream.ToArray());
    }
}
