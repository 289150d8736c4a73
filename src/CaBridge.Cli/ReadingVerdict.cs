using CaBridge.Capture;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli;

/// <summary>What a command ends with once it has read what could be read.</summary>
internal static class ReadingVerdict
{
    /// <summary>Tells standard error what went wrong, a line each.</summary>
    /// <param name="files">As the user named them.</param>
    /// <param name="found">Whether there was anything of Channel Access.</param>
    /// <param name="missed">Told where there was something: that nothing of it was asked for.</param>
    /// <returns>The exit code.</returns>
    public static int Tell(IReadOnlyList<string> files, IReadOnlyList<CaptureProblem> problems, bool found, string? missed = null)
    {
        foreach (var problem in problems)
        {
            Complaint.Tell(ProblemText.Alone(problem));
        }

        if (found && missed is not null)
        {
            Complaint.Tell(missed);
        }

        if (problems.Any(problem => problem.IsFatal))
        {
            return ExitCode.UnreadableInput;
        }

        if (found)
        {
            return ExitCode.Success;
        }

        Complaint.Tell($"{string.Join(", ", files)}: nothing of Channel Access found");
        return ExitCode.NoChannelAccess;
    }
}
