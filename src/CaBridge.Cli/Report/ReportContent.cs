using CaBridge.Analysis.Findings;

namespace CaBridge.Cli.Report;

/// <summary>Everything that a page is made from.</summary>
/// <param name="Title">Of the page; null for one from the names of the files.</param>
/// <param name="Top">Rows of a table, at most.</param>
internal sealed record ReportContent(AnalysisReport Analysis, ReportStatistics Statistics, string? Title, int Top)
{
    /// <summary>The findings, those of one cause as one.</summary>
    public IReadOnlyList<Finding> Causes => FindingsByCause.Of(Analysis.Findings);
}
