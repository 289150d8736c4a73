using BenchmarkDotNet.Attributes;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;

namespace CaBridge.Benchmarks;

/// <summary>The selector on a large capture, per packet, beside reading it and beside analyzing it; times are of one packet.</summary>
[MemoryDiagnoser]
public class SelectorBenchmarks
{
    private const int Packets = 140_000;
    private const int FileBytes = 96_000_000;

    private byte[] _capture = [];

    [GlobalSetup]
    public void Write()
    {
        var path = Path.GetTempFileName();
        LargeCapture.Write(path, FileBytes);
        _capture = File.ReadAllBytes(path);
        File.Delete(path);
    }

    [Benchmark(OperationsPerInvoke = Packets)]
    public long Read()
    {
        using var reader = Open();
        for (var i = 0; i < Packets && reader.TryRead(out _); i++)
        {
        }

        return Check(reader);
    }

    [Benchmark(OperationsPerInvoke = Packets)]
    public long Select()
    {
        using var reader = Open();
        var selector = new TrafficSelector(new TrafficSelectorOptions());
        var passed = 0L;
        PacketSink sink = (in packet) => passed += packet.Data.Length;
        for (var i = 0; i < Packets && reader.TryRead(out var packet); i++)
        {
            selector.Push(in packet, sink);
        }

        selector.Complete(sink);
        Check(reader);
        return passed;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Packets)]
    public long Analyze()
    {
        using var reader = Open();
        var analyzer = new Analyzer(new AnalyzerOptions());
        for (var i = 0; i < Packets && reader.TryRead(out var packet); i++)
        {
            analyzer.Push(in packet);
        }

        analyzer.Complete();
        Check(reader);
        return analyzer.Snapshot().Frames;
    }

    private static long Check(CaptureReader reader) =>
        reader.FramesRead == Packets ? Packets : throw new InvalidOperationException("the capture is too small");

    private CaptureReader Open() => CaptureReader.Open(new MemoryStream(_capture), "large", new CaptureReaderOptions());
}
