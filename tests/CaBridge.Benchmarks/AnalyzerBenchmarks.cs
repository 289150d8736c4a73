using BenchmarkDotNet.Attributes;
using CaBridge.Analysis;
using CaBridge.Capture;

namespace CaBridge.Benchmarks;

/// <summary>From a file in memory to transactions: catime has 210,000 messages in 8,930 frames.</summary>
[MemoryDiagnoser]
public class AnalyzerBenchmarks
{
    private readonly byte[] _capture = LargeCapture.Unpack("catime");

    [Benchmark(Baseline = true)]
    public long Read()
    {
        using var reader = CaptureReader.Open(new MemoryStream(_capture), "catime", new CaptureReaderOptions());
        while (reader.TryRead(out _))
        {
        }

        return reader.FramesRead;
    }

    [Benchmark]
    public long Analyze()
    {
        using var reader = CaptureReader.Open(new MemoryStream(_capture), "catime", new CaptureReaderOptions());
        var analyzer = new Analyzer(new AnalyzerOptions());
        while (reader.TryRead(out var packet))
        {
            analyzer.Push(in packet);
        }

        analyzer.Complete();
        return analyzer.Snapshot().Frames;
    }
}
