using CaBridge.Analysis;
using CaBridge.Capture;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests;

/// <summary>
/// Replays tests/corpus: small recordings of what strangers' networks do, each kept because something once went wrong on it, or might. A new
/// fault adds its recording there.
/// </summary>
[TestFixture]
public sealed class CorpusTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "corpus");

    [TestCaseSource(nameof(Files))]
    public void Recording_is_read_to_its_end_and_its_account_holds(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, name));

        Assert.That(() => Analyze(bytes), Throws.Nothing);
    }

    [TestCaseSource(nameof(Files))]
    public void Recording_cut_anywhere_is_read_and_its_account_holds(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, name));
        var step = Math.Max(1, bytes.Length / 64);
        for (var length = 0; length < bytes.Length; length += step)
        {
            Analyze(bytes[..length]);
        }
    }

    public static IEnumerable<string> Files() => Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    /// <summary>None of a file that is no capture.</summary>
    internal static IReadOnlyList<CapturedFrame> Frames(string name)
    {
        var frames = new List<CapturedFrame>();
        try
        {
            using var reader = CaptureReader.Open(Path.Combine(Folder, name), new CaptureReaderOptions());
            while (reader.TryRead(out var packet))
            {
                frames.Add(new CapturedFrame(packet.Time.UnixNanoseconds, packet.LinkType, packet.Data.ToArray(), packet.OriginalLength));
            }
        }
        catch (CaptureException)
        {
            // told so when it is opened
        }

        return frames;
    }

    private static void Analyze(byte[] bytes)
    {
        var ended = 0L;
        var analyzer = new Analyzer(
            new AnalyzerOptions(), OtherEncapsulations.TryFindIp, onMessage: (in _) => { }, (in _) => ended++);
        try
        {
            using var reader = CaptureReader.Open(new MemoryStream(bytes), "corpus", new CaptureReaderOptions());
            while (reader.TryRead(out var packet))
            {
                analyzer.Push(in packet);
            }
        }
        catch (CaptureException)
        {
            // a file that is none is told so when it is opened
        }

        analyzer.Complete();
        var accounts = analyzer.Snapshot().Operations;
        Assert.That(accounts, Has.All.Matches<Analysis.Statistics.OperationAccount>(account => account.Holds));
        Assert.That(ended, Is.EqualTo(accounts.Sum(account => account.Requests + account.RepliesWithoutRequest)));
    }
}
