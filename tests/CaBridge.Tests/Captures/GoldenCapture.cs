using System.Collections.Concurrent;
using System.Text.Json;
using CaBridge.Capture;

namespace CaBridge.Tests.Captures;

/// <summary>A recording of <c>tests/captures</c>, with the answers that another program found in it.</summary>
internal sealed class GoldenCapture
{
    private static readonly ConcurrentDictionary<string, GoldenCapture> ByPath = new(StringComparer.Ordinal);

    private readonly Lazy<IReadOnlyList<CapturedFrame>> _frames;
    private readonly Lazy<Answers> _answers;

    private GoldenCapture(string path)
    {
        FilePath = path;
        Name = Path.GetFileName(path).Split('.')[0];
        _frames = new(ReadFrames);
        _answers = new(() => Answers.OfFiles(FilePath));
    }

    /// <summary>Every capture that stands in the folder, plain or packed.</summary>
    public static IEnumerable<GoldenCapture> All => Directory.EnumerateFiles(Repository.Captures, "*.pcap*").Order(StringComparer.Ordinal).Select(At);

    /// <summary>Those whose frames are whole: a snap length hides what a bend would have to move.</summary>
    public static IEnumerable<GoldenCapture> Whole => All.Where(capture => capture.Frames.All(frame => frame.Data.Length == frame.OriginalLength));

    public string Name { get; }

    public string FilePath { get; }

    public IReadOnlyList<CapturedFrame> Frames => _frames.Value;

    /// <summary>What is found in the file as it is.</summary>
    public Answers Answers => _answers.Value;

    public static GoldenCapture Named(string name) => All.Single(capture => string.Equals(capture.Name, name, StringComparison.Ordinal));

    public JsonElement ReadExpected()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Captures, "expected", Name + ".json")));
        return json.RootElement.Clone();
    }

    public override string ToString() => Name;

    private static GoldenCapture At(string path) => ByPath.GetOrAdd(path, static found => new GoldenCapture(found));

    private List<CapturedFrame> ReadFrames()
    {
        using var reader = CaptureReader.Open(FilePath, new CaptureReaderOptions { ReorderWindow = 0 });
        var frames = new List<CapturedFrame>();
        while (reader.TryRead(out var packet))
            frames.Add(new CapturedFrame(packet.Time.UnixNanoseconds, packet.LinkType, packet.Data.ToArray(), packet.OriginalLength));
        return frames;
    }
}
