using CaBridge.Analysis.Findings;

namespace CaBridge.Cli.Rendering;

/// <summary>What became of a finding, as JSON and text have it.</summary>
internal static class FindingChange
{
    public const string Appeared = "appeared";
    public const string Gone = "gone";
    public const string Stayed = "stayed";

    public static string Name(FindingComparison finding) => finding.Before is null ? Appeared : finding.After is null ? Gone : Stayed;
}
