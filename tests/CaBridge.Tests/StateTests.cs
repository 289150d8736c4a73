using System.Buffers;
using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.State;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests;

/// <summary>An analyzer that takes another one's place between two packets tells what that one would have told.</summary>
[TestFixture]
internal sealed class StateTests
{
    private static readonly AnalyzerOptions Options = new();
    private static readonly int[] Copies = [0, 2, 2, .. Enumerable.Repeat(1, 20)];

    [TestCaseSource(typeof(GoldenCapture), nameof(GoldenCapture.All))]
    public void Restarts_change_nothing_of_a_capture(GoldenCapture capture)
    {
        var frames = capture.Frames;
        var step = Math.Max(1, frames.Count / 40);

        Assert.That(Told(frames, step), Is.EqualTo(Told(frames, restartEvery: int.MaxValue)));
    }

    /// <summary>With frames recorded twice, holes that are given up, and segments that wait, between two restarts.</summary>
    [TestCaseSource(typeof(GoldenCapture), nameof(GoldenCapture.All))]
    public void Restarts_change_nothing_of_a_damaged_capture(GoldenCapture capture)
    {
        const int Frames = 4000;
        var random = new Random(7);
        var frames = capture.Frames.Take(Frames).SelectMany(frame => Enumerable.Repeat(frame, Copies[random.Next(Copies.Length)])).ToList();
        for (var i = 1; i < frames.Count; i++)
        {
            if (random.Next(10) == 0)
            {
                (frames[i - 1], frames[i]) = (frames[i], frames[i - 1]);
            }
        }

        Assert.That(Told(frames, restartEvery: 7), Is.EqualTo(Told(frames, restartEvery: int.MaxValue)));
    }

    /// <summary>Holes, fragments, overlaps, steps of clocks: small recordings that once broke something.</summary>
    [TestCaseSource(typeof(CorpusTests), nameof(CorpusTests.Files))]
    public void Restart_at_each_frame_changes_nothing(string name)
    {
        var frames = CorpusTests.Frames(name);

        Assert.That(Told(frames, restartEvery: 1), Is.EqualTo(Told(frames, restartEvery: int.MaxValue)));
    }

    [Test]
    public void State_that_ends_in_the_middle_or_goes_on_is_refused()
    {
        var wire = new Wire();
        TcpCall.WithChannels(wire, "A", "B").Send(Ca.Get(257, 5), Ca.Get(258, 6));
        var whole = Saved(wire.Analyzer).ToArray();

        for (var length = 0; length < whole.Length; length++)
        {
            Assert.That(() => new Analyzer(Options).Load(whole.AsMemory(0, length)), Throws.TypeOf<StateException>(), $"{length} of {whole.Length}");
        }

        Assert.That(() => new Analyzer(Options).Load((byte[])[.. whole, 0]), Throws.TypeOf<StateException>().With.Message.Contains("goes on for 1 bytes"));
    }

    [Test]
    public void State_of_something_else_or_of_another_version_is_refused_by_name()
    {
        var state = Saved(new Analyzer(Options)).ToArray();
        byte[] other = [.. state];
        other[0]++;
        byte[] newer = [.. state];
        newer[8]++;

        Assert.That(() => new Analyzer(Options).Load(other), Throws.TypeOf<StateException>().With.Message.Contains("no saved state"));
        Assert.That(() => new Analyzer(Options).Load(newer), Throws.TypeOf<StateException>().With.Message.Contains("version 2"));
    }

    [Test]
    public void Analyzer_that_has_seen_packets_takes_no_state()
    {
        var wire = new Wire();
        TcpCall.WithChannels(wire, "A");

        Assert.That(() => wire.Analyzer.Load(Saved(new Analyzer(Options))), Throws.InvalidOperationException);
    }

    [Test]
    public void Channels_that_are_open_keep_their_names_and_requests_their_times()
    {
        var wire = new Wire();
        TcpCall.WithChannels(wire, "A", "B").Send(Ca.Get(257, 5));
        var ended = new List<Transaction>();
        var next = new Analyzer(Options, onTransaction: (in Transaction transaction) => ended.Add(transaction));

        next.Load(Saved(wire.Analyzer));
        next.Complete();

        Assert.That(ended.Select(transaction => (transaction.Operation, transaction.Pv?.Text, transaction.Outcome)), Is.EqualTo([(Operation.Get, "A", Outcome.Pending)]));
        Assert.That(ended[0].RequestedAt, Is.EqualTo(Wire.Time(wire.Now)));
    }

    [Test]
    public void Request_that_was_passed_over_before_is_known_to_be_skipped()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "A");
        call.Send(Ca.Get(257, 5), Ca.Get(257, 6), Ca.Get(257, 7), Ca.Get(257, 8));
        call.Reply(Ca.Got(6), Ca.Got(7), Ca.Got(8));
        var ended = new List<Transaction>();
        var next = new Analyzer(Options, onTransaction: (in Transaction transaction) => ended.Add(transaction));

        next.Load(Saved(wire.Analyzer));
        next.Complete();

        Assert.That(ended.Single().IsSkipped, Is.True);
    }

    /// <summary>What a server with a million channels has to write.</summary>
    [Test]
    public void State_of_a_channel_is_small()
    {
        const int Channels = 1000;
        var wire = new Wire();
        var before = Saved(new Analyzer(Options)).Length;
        TcpCall.WithChannels(wire, [.. Enumerable.Range(0, Channels).Select(i => $"site:device{i:0000}:value")]);

        Assert.That((Saved(wire.Analyzer).Length - before) / Channels, Is.LessThan(256), "bytes, its waterfall included");
    }

    private static ReadOnlyMemory<byte> Saved(Analyzer analyzer)
    {
        var state = new ArrayBufferWriter<byte>();
        analyzer.Save(state);
        return state.WrittenMemory;
    }

    private static List<string> Told(IReadOnlyList<CapturedFrame> frames, int restartEvery)
    {
        var told = new List<string>();
        var analyzer = Make();
        for (var i = 0; i < frames.Count; i++)
        {
            if (i % restartEvery == restartEvery - 1)
            {
                var state = Saved(analyzer);
                analyzer = Make();
                analyzer.Load(state);
            }

            var frame = frames[i];
            analyzer.Push(new Packet(new CaptureTime(frame.UnixNanoseconds), i + 1, frame.LinkType, frame.Data, frame.OriginalLength));
        }

        analyzer.Complete();
        told.Sort(StringComparer.Ordinal);
        var snapshot = analyzer.Snapshot();
        told.Add((snapshot with { Messages = [], Operations = [], Anomalies = [], Search = null! }).ToString());
        told.AddRange(snapshot.Messages.Select(message => message.ToString()));
        told.AddRange(snapshot.Operations.Select(account => account.ToString()));
        told.AddRange(snapshot.Anomalies.Select(anomaly => anomaly.ToString()));
        told.Add(string.Join(' ', snapshot.Search.NeverAnswered));
        told.Add($"{snapshot.Search.Searches} {snapshot.Search.Names} {snapshot.Search.Answered}");
        return told;

        Analyzer Make() => new(
            Options,
            OtherEncapsulations.TryFindIp,
            onTransaction: (in Transaction transaction) => told.Add(transaction.ToString()),
            onSearch: (in SearchSighting sighting) => told.Add(sighting.ToString()),
            onConnection: (in ChannelConnection connection) => told.Add(Line(in connection)));
    }

    private static string Line(in ChannelConnection connection)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"connection {connection.Pv} {connection.Client} {connection.Server} {connection.Start} {connection.Total} {connection.Result} {connection.Tries} {connection.WaitedForCircuit} {connection.RoundTrip} {connection.Without} {connection.FirstFrame} {connection.LastFrame}");
        for (var stage = 0; stage < Enum.GetValues<ConnectionStage>().Length; stage++)
        {
            line += string.Create(CultureInfo.InvariantCulture, $" {connection.Stages[stage]}/{connection.Networks[stage]}");
        }

        return line;
    }
}
