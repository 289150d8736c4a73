using CaBridge.Capture;

namespace CaBridge.Cli.Rendering;

/// <summary>Sentences on what a file has that kept it from being read.</summary>
internal static class ProblemText
{
    public static string InReport(CaptureProblem problem) => NamesFile(problem) ? problem.Message : $"{problem.File}: {problem.Message}";

    /// <summary>For who has nothing else to find the place by.</summary>
    public static string Alone(CaptureProblem problem) =>
        NamesFile(problem) ? problem.Message : $"{problem.File}, byte {problem.ByteOffset}: {problem.Message}";

    /// <summary>Of a file that cannot be opened the reason has its name.</summary>
    private static bool NamesFile(CaptureProblem problem) => problem.Message.Contains($"'{problem.File}'", StringComparison.Ordinal);
}
