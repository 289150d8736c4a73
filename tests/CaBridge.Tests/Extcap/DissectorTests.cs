using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Extcap;

/// <summary>The dissector finds in every capture what the core finds: messages, PV names, links, times and outcomes.</summary>
internal sealed class DissectorTests
{
    private const string Largest = "catime";

    private readonly Tshark _tshark = new();

    private string? _bent;

    private static IEnumerable<GoldenCapture> Captures => GoldenCapture.All.Where(capture => !string.Equals(capture.Name, Largest, StringComparison.Ordinal));

    private static IEnumerable<TestCaseData> Bends
    {
        get
        {
            foreach (var name in (string[])["mixed-ops", "cid-collision", "fragments", "ioc-restart", "other-port"])
            {
                yield return Bend(name, "tagged", frames => HeaderBends.Tagged(frames, 0x88A8, 0x8100));
                yield return Bend(name, "raw IP", frames => HeaderBends.WithoutLink(frames));
                yield return Bend(name, "IPv6", HeaderBends.AsIPv6);
                yield return Bend(name, "wrapped", frames => HeaderBends.Wrapping(frames, 100));
                yield return Bend(name, "recorded twice", frames => RecordingBends.Doubled(frames, 100_000));
                yield return Bend(name, "lossy", frames => RecordingBends.Without([.. frames], 0.03, seed: 1));
                yield return Bend(name, "mid-stream", frames => frames.Skip(frames.Count() / 2));
                // Wireshark joins no fragments of which bytes are missing
                if (!string.Equals(name, "fragments", StringComparison.Ordinal))
                    yield return Bend(name, "cut", frames => RecordingBends.Snapped(frames, 150));
                yield return Bend(name, "swapped", frames => RecordingBends.Swapped([.. frames], 0.1, seed: 1));
            }

            static TestCaseData Bend(string name, string bend, Func<IEnumerable<CapturedFrame>, IEnumerable<CapturedFrame>> bent) =>
                new TestCaseData(name, bent).SetArgDisplayNames(name, bend);
        }
    }

    [OneTimeTearDown]
    public void DisposeTshark() => _tshark.Dispose();

    [TearDown]
    public void DeleteBent()
    {
        if (_bent is not null)
            File.Delete(_bent);
        _bent = null;
    }

    [TestCaseSource(nameof(Captures))]
    public void Captures_are_dissected_as_the_core_decodes_them(GoldenCapture capture) => AssertThatAgree(capture.FilePath);

    [TestCaseSource(nameof(Bends))]
    public void Bent_captures_are_dissected_as_the_core_decodes_them(
        string name, Func<IEnumerable<CapturedFrame>, IEnumerable<CapturedFrame>> bent) => AssertThatAgree(Write(bent(GoldenCapture.Named(name).Frames)));

    [Test]
    public void Wireshark_s_own_reordering_changes_nothing()
    {
        var capture = GoldenCapture.Named("mixed-ops").FilePath;

        var dissected = DissectedCapture.ByTshark(_tshark, capture, "-o", "tcp.reassemble_out_of_order:TRUE");

        Assert.That(dissected.Messages, Is.EqualTo(DissectedCapture.ByCore(capture).Messages));
    }

    [Test]
    public void Other_protocols_on_its_port_are_left_to_their_dissectors([Values] bool twoPasses)
    {
        var frames = OtherTraffic.Among(GoldenCapture.Named("mixed-ops").Frames);
        var path = Write(frames);
        var http = frames.Index().Where(frame => OtherTraffic.Is(frame.Item) && IsHttpOnDefaultPort(frame.Item.Data)).Select(frame => $"{frame.Index + 1}").ToList();

        var found = _tshark.Read(path, [.. twoPasses ? (string[])["-2"] : [], "-Y", "http && tcp.port == 5064", "-T", "fields", "-e", "frame.number"]);

        Assert.That(http, Is.Not.Empty);
        Assert.That(found.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(http));
        Assert.That(DissectedCapture.ByTshark(_tshark, path).Messages, Is.EqualTo(DissectedCapture.ByCore(path).Messages));

        static bool IsHttpOnDefaultPort(ReadOnlySpan<byte> frame) =>
            frame.IndexOf("HTTP/1.1"u8) >= 0 && frame.Slice(34, 4).IndexOf((ReadOnlySpan<byte>)[0x13, 0xC8]) >= 0;
    }

    /// <summary>Bytes that anything may have become, headers of frames included.</summary>
    [Test]
    public void Damaged_frames_raise_no_error([Values("mixed-ops", "large-arrays", "fragments")] string name, [Range(1, 3)] int seed)
    {
        var random = new Random(seed);
        var damaged = GoldenCapture.Named(name).Frames.Take(2500).Select(frame => random.Next(3) == 0 ? Damaged(frame, random) : frame);

        _ = _tshark.Read(Write(damaged), "-2", "-V");
    }

    private static CapturedFrame Damaged(CapturedFrame frame, Random random)
    {
        const int LinkAndIp = 34;
        byte[] data = [.. frame.Data];
        var first = random.Next(4) == 0 ? 0 : Math.Min(LinkAndIp, data.Length - 1);
        for (var wounds = random.Next(1, 6); wounds > 0; wounds--)
        {
            var at = random.Next(first, data.Length);
            data[at] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)random.Next(256) };
        }

        return frame with { Data = random.Next(5) == 0 ? data[..random.Next(1, data.Length)] : data };
    }

    private void AssertThatAgree(string path)
    {
        var expected = DissectedCapture.ByCore(path);

        var dissected = DissectedCapture.ByTshark(_tshark, path);

        Assert.Multiple(() =>
        {
            Assert.That(Difference.Between(expected.Messages, dissected.Messages), Is.Empty);
            Assert.That(Difference.Between(expected.Transactions, dissected.Transactions), Is.Empty);
        });
        Assert.That(dissected.Messages, Is.EqualTo(expected.Messages));
    }

    private string Write(IEnumerable<CapturedFrame> frames)
    {
        _bent = Path.GetTempFileName();
        File.WriteAllBytes(_bent, CaptureBytes.Pcap(frames));
        return _bent;
    }
}
