using CaBridge.Agent;
using CaBridge.Analysis;
using CaBridge.Capture;
using CaBridge.Cli.Rendering;
using CaBridge.Cli.Report;

namespace CaBridge.Cli.Commands;

/// <summary>One <c>report</c> as the command line asks for it.</summary>
internal sealed record ReportRun
{
    public required IReadOnlyList<string> Files { get; init; }

    public required string Output { get; init; }

    public required string? Title { get; init; }

    public required AnalyzerOptions Options { get; init; }

    public required TransactionFilter Filter { get; init; }

    public required int Top { get; init; }

    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The page cannot be written where it is to go.</exception>
    /// <exception cref="CaptureException">No file can be opened; nothing has been written then.</exception>
    /// <exception cref="InterruptedException">The user ended it; nothing has been written.</exception>
    public int Execute()
    {
        var output = ReportOutput.Open(Output, Files);
        using var input = CaptureInput.Open(Files);
        var content = Analyze(input);
        output.Write(text => new ReportPage(text).Write(content));
        return ReadingVerdict.Tell(
            Files, content.Analysis.Problems, content.Analysis.IsAnythingFound, content.Analysis.IsNothingSelected ? RequestText.NothingSelected : null);
    }

    private ReportContent Analyze(CaptureInput input)
    {
        var own = new ReportStatistics(Top);
        var analysis = new CaptureAnalysis { Files = Files, Options = Options, Filter = Filter, Statistics = new StatisticsOptions { MaxUnanswered = Top }, Top = Top };
        var report = analysis.Run(input, own.Add);
        if (own.TimeLine.Count > 0)
        {
            foreach (var finding in report.Findings)
            {
                own.TimeLine.Cover(finding.First);
            }
        }

        return new ReportContent(report, own, Title, Top);
    }
}
