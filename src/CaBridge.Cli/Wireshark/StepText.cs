using CaBridge.Analysis.Text;

namespace CaBridge.Cli.Wireshark;

/// <summary>A line for each path.</summary>
internal static class StepText
{
    public static void Write(TextWriter output, IReadOnlyList<Step> steps, bool isDryRun)
    {
        foreach (var step in steps)
        {
            var (done, planned, remark) = step.Kind switch
            {
                StepKind.Put => ("put", "would put", ""),
                StepKind.Update => ("updated", "would update", ""),
                StepKind.Unchanged => ("unchanged", "unchanged", ""),
                StepKind.Remove => ("removed", "would remove", ""),
                StepKind.Gone => ("gone", "gone", ": somebody else removed it"),
                StepKind.KeepChanged => ("kept", "would keep", ": it was changed since it was installed (--force does not mind)"),
                StepKind.KeepFolder => ("kept", "would keep", ": a folder is where a file should be; move it away"),
                StepKind.KeepElsewhere => ("kept", "would keep", ": it is noted, but in no folder where CaBridge installs"),
                StepKind.LeaveForeign => ("kept", "would keep", ": it is there already, as Wireshark wrote it (--force replaces it)"),
                _ => ("kept", "would keep", ": it is there already, and not CaBridge's (--force replaces it)"),
            };
            var target = step.File?.LinkTarget is { } link ? $" -> {link}" : "";
            output.WriteLine($"{(isDryRun ? planned : done),-12} {ForeignText.Line(step.Path + target)}{remark}");
        }
    }

    /// <param name="folders">Those that were not empty; the ones above them are not told again.</param>
    public static void WriteLeft(TextWriter output, IReadOnlyList<string> folders)
    {
        foreach (var folder in folders.Where(folder => !folders.Any(other => other.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))))
        {
            var names = Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
            output.WriteLine($"{"kept",-12} {ForeignText.Line(folder)}: there is also {ForeignText.Line(string.Join(", ", names))}");
        }
    }
}
