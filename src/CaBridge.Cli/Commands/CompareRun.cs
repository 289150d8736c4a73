using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.Comparison;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Capture;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Commands;

/// <summary>One <c>compare</c> as the command line asks for it.</summary>
internal sealed record CompareRun
{
    /// <summary>Files of one capture, the first as the user named it first.</summary>
    public required IReadOnlyList<string> Before { get; init; }

    public required IReadOnlyList<string> After { get; init; }

    public required AnalyzerOptions Options { get; init; }

    public required TransactionFilter Filter { get; init; }

    /// <summary>Of each of two tables of either capture.</summary>
    public required LatencyTableOptions Latency { get; init; }

    public required IReadOnlyList<ComparisonGrouping> Groupings { get; init; }

    public required ComparisonOptions Thresholds { get; init; }

    public required int Top { get; init; }

    public required OutputFormat Format { get; init; }

    public required bool FailsOnSlower { get; init; }

    /// <returns>The exit code.</returns>
    /// <exception cref="CaptureException">Of one of the captures no file can be opened; nothing has been printed then.</exception>
    /// <exception cref="InterruptedException">The user ended it; nothing has been printed.</exception>
    public int Execute()
    {
        Try(After);
        var before = new ComparedTraffic(Latency);
        var after = new ComparedTraffic(Latency);
        var comparison = new CaptureComparison
        {
            Before = Read(Before, before),
            After = Read(After, after),
            Groupings = Groupings,
            Thresholds = Thresholds,
            Traffic = TrafficComparison.Of(before, after, Groupings, Thresholds),
            UncomparedLatencies = before.UncomparedLatencies + after.UncomparedLatencies,
        };
        Answer(comparison with { Findings = FindingComparison.Compare(comparison.Before.Findings, comparison.After.Findings) });
        return Verdict(comparison);
    }

    /// <summary>So that a wrong name is told at once, and not when all of the other capture has been read.</summary>
    private static void Try(IReadOnlyList<string> files)
    {
        if (!files.Contains("-", StringComparer.Ordinal))
        {
            CaptureInput.Open(files).Dispose();
        }
    }

    private AnalysisReport Read(IReadOnlyList<string> files, ComparedTraffic traffic)
    {
        using var input = CaptureInput.Open(files);

        // what the report lists of latencies and requests is not asked for
        var leastStatistics = new StatisticsOptions
        {
            MaxUnanswered = 0,
            MaxConnections = 0,
            Latency = new LatencyTableOptions { MaxExactValuesPerGroup = 0, MaxExactValues = 0 },
        };
        return new CaptureAnalysis { Files = files, Options = Options, Filter = Filter, Statistics = leastStatistics }.Run(input, traffic.Add);
    }

    private void Answer(CaptureComparison comparison)
    {
        using var output = StandardOutput.Open();
        if (Format == OutputFormat.Json)
        {
            ComparisonJson.Write(output, comparison);
            return;
        }

        using var text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        if (Format == OutputFormat.Csv)
        {
            ComparisonCsv.Write(text, comparison);
        }
        else
        {
            new ComparisonText(text, TextStyle.OfStandardOutput()).Write(comparison, Top);
        }
    }

    private int Verdict(CaptureComparison comparison)
    {
        int[] codes = [Tell(comparison.Before), Tell(comparison.After)];
        return codes.Max() is var code and not ExitCode.Success ? code
            : FailsOnSlower && comparison.Traffic.Latency.Any(group => group.Verdict == LatencyVerdict.Slower) ? ExitCode.GotSlower
            : ExitCode.Success;
    }

    private static int Tell(AnalysisReport report) => ReadingVerdict.Tell(
        report.Files,
        report.Problems,
        report.IsAnythingFound,
        report.IsNothingSelected ? $"{string.Join(", ", report.Files)}: no request matches the selection (--operation, --pv)" : null);
}
