using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Statistics;
using CaBridge.Tests.Kit;
using CsCheck;

namespace CaBridge.Tests.Transactions;

/// <summary>No input throws, and none is so strange that the books do not balance.</summary>
[TestFixture]
public sealed class RobustnessTests
{
    private static readonly LinkType[] LinkTypes = Enum.GetValues<LinkType>();

    /// <summary>A million damaged messages; a longer run is <c>CABRIDGE_FUZZ_MESSAGES=1000000000 dotnet test --filter Damaged_circuits</c>.</summary>
    [Test]
    public void Damaged_circuits_throw_nothing_and_the_books_balance()
    {
        var wanted = Environment.GetEnvironmentVariable("CABRIDGE_FUZZ_MESSAGES");
        var messages = wanted is null ? 1_000_000 : long.Parse(wanted, CultureInfo.InvariantCulture);
        var mutations = new CaMutations(seed: wanted is null ? 1 : Environment.TickCount);
        mutations.Run(messages);

        Assert.That(mutations.Disagreements(), Is.Empty);
        Assert.That(mutations.Messages, Is.GreaterThan(messages / 3), "what was not damaged is decoded");
    }

    [Test]
    public void Random_frames_of_any_link_type_throw_nothing()
    {
        var analyzer = new Analyzer(new AnalyzerOptions());
        var frame = 0L;
        Gen.Select(Gen.Byte.Array[0, 120], Gen.Int[0, LinkTypes.Length - 1], Gen.Int[0, 1000]).Sample(
            (bytes, link, cut) => analyzer.Push(new Packet(new CaptureTime(++frame * 1000), frame, LinkTypes[link], bytes, bytes.Length + (cut < 500 ? 0 : cut))),
            iter: 100_000,
            threads: 1);
        analyzer.Complete();

        Assert.That(analyzer.Snapshot().FramesRead, Is.EqualTo(frame));
    }

    [Test]
    public void Frames_with_damaged_headers_throw_nothing()
    {
        var analyzer = new Analyzer(new AnalyzerOptions { MaxCircuits = 32 }, onMessage: static (in DecodedMessage message) => _ = message.Payload.Length);
        var frame = 0L;
        Gen.Select(Gen.Int[0, 3], Gen.Select(Gen.Int[0, 95], Gen.Byte).Array[0, 4], Gen.UInt, Gen.Int[0, 50]).Sample(
            (which, wounds, number, cut) =>
            {
                var bytes = Original(which, number % 5000).Bytes;
                foreach (var (at, value) in wounds)
                {
                    bytes[at % bytes.Length] = value;
                }

                var kept = cut < 40 ? bytes.Length : bytes.Length - cut;
                analyzer.Push(new Packet(new CaptureTime(++frame * 100_000), frame, LinkType.Ethernet, bytes.AsSpan(0, kept), bytes.Length));
            },
            iter: 100_000,
            threads: 1);
        analyzer.Complete();

        Assert.That(analyzer.Snapshot().Operations, Has.All.Matches<OperationAccount>(account => account.Holds));
    }

    private static WireFrame Original(int which, uint number) => which switch
    {
        0 => WireFrame.Udp(Wire.Console with { Port = 50_000 }, Wire.Broadcast, (ushort)number, Ca.Join(Ca.Sequence(number), Ca.Search(number % 9, "LINAC:BPM4:X"))),
        1 => WireFrame.Udp(Wire.Ioc, Wire.Console with { Port = 50_000 }, (ushort)number, Ca.Join(Ca.Sequence(number), Ca.Found(number % 9, 5064))),
        2 => WireFrame.Tcp(Wire.Console with { Port = 40_000 }, Wire.Ioc, number * 16, 0, TcpFlags.Ack, (ushort)number, Ca.Join(Ca.Get(257, number), Ca.Get(257, number + 1))),
        _ => WireFrame.Tcp(Wire.Ioc, Wire.Console with { Port = 40_000 }, number * 24, number * 16, TcpFlags.Ack, (ushort)number, Ca.Join(Ca.Got(number), Ca.Got(number + 1))),
    };
}
