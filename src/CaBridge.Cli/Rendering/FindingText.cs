using System.Globalization;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Text;

namespace CaBridge.Cli.Rendering;

/// <summary>Findings for people: what happened, the evidence, what to do. Those that differ in their PV alone are told once.</summary>
internal sealed class FindingText(TextWriter output, TextStyle style)
{
    private const int ShownCauses = 50;
    private const int ListColumns = 110;
    private const string Indent = "         ";

    public void Write(IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            output.WriteLine(style.Heading("No findings"));
            output.WriteLine("Nothing of what is looked for was found: 'cabridge analyze --help' lists it.");
            return;
        }

        var counts = Enum.GetValues<FindingSeverity>().Reverse()
            .Select(severity => (Severity: severity, Count: findings.Count(finding => finding.Severity == severity)))
            .Where(item => item.Count > 0)
            .Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Count:N0} {item.Severity.Name()}"));
        output.WriteLine(style.Heading($"{findings.Count.ToString("N0", CultureInfo.InvariantCulture)} {(findings.Count == 1 ? "finding" : "findings")} ({string.Join(", ", counts)})"));
        var causes = FindingsByCause.Of(findings);
        foreach (var finding in causes.Take(ShownCauses))
        {
            output.WriteLine();
            Write(finding);
        }

        if (causes.Count > ShownCauses)
        {
            output.WriteLine();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {causes.Count - ShownCauses:N0} more: --format json has all of them"));
        }
    }

    private static string Evidence(Finding finding)
    {
        var when = finding.First == finding.Last
            ? $"at {InstantText.TimeOfDay(finding.First)}"
            : $"{InstantText.TimeOfDay(finding.First)} to {InstantText.TimeOfDay(finding.Last)}";
        var frames = finding.Frames.Count == 0 ? "" : $"; frames {string.Join(", ", finding.Frames.Take(5))}{(finding.Frames.Count > 5 ? ", …" : "")}";
        var gap = finding.InGap ? "; the capture misses bytes meanwhile" : "";
        return $"{when}{frames}; confidence {finding.Confidence.Name()}{gap}";
    }

    private void Write(Finding finding)
    {
        var severity = finding.Severity.Name().PadRight(Indent.Length - 1);
        Wrapped($"{finding.Kind.Id()}: {ForeignText.Line(finding.Title)}", $"{(finding.Severity == FindingSeverity.Info ? severity : style.Alert(severity))} ");
        foreach (var detail in finding.Details)
        {
            Wrapped(ForeignText.Line(detail), Indent);
        }

        Wrapped(Evidence(finding), Indent);
        Wrapped($"→ {finding.Advice}", Indent);
    }

    private void Wrapped(string text, string start)
    {
        var room = Math.Min(style.Columns, ListColumns) - Indent.Length;
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > room)
            {
                output.WriteLine($"{start}{line}");
                (start, line) = (Indent, "");
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        output.WriteLine($"{start}{line}");
    }
}
