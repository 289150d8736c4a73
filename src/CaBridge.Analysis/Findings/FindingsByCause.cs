using System.Globalization;

namespace CaBridge.Analysis.Findings;

/// <summary>For people: findings that differ in their PV alone have one cause to look for, and are told once.</summary>
public static class FindingsByCause
{
    private const int ShownAlike = 12;
    private const int MaxFrames = 10;

    /// <returns>In the order of the first of each; what is alike is one finding, with the names of the others in its details.</returns>
    public static IReadOnlyList<Finding> Of(IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return [.. findings.GroupBy(CauseOf, StringComparer.Ordinal).Select(alike => Merge([.. alike]))];
    }

    private static string CauseOf(Finding finding) => IsOfOnePv(finding)
        ? $"{finding.Kind} {finding.Severity} {finding.Confidence} {finding.IsOpen} {string.Join(' ', finding.Servers)} {string.Join(' ', finding.Clients)} {finding.Advice}"
        : $"{finding.Kind} {finding.Title}";

    private static Finding Merge(Finding[] alike)
    {
        var first = alike[0];
        if (alike.Length == 1)
        {
            return first;
        }

        return first with
        {
            Pvs = IsOfOnePv(first) ? [.. alike.Select(finding => finding.Pvs[0])] : first.Pvs,
            PvCount = IsOfOnePv(first) ? alike.Length : first.PvCount,
            Count = alike.Sum(finding => finding.Count),
            First = alike.Min(finding => finding.First),
            Last = alike.Max(finding => finding.Last),
            Frames = [.. alike.SelectMany(finding => finding.Frames).Distinct().Order().Take(MaxFrames)],
            InGap = alike.Any(finding => finding.InGap),
            Details = [Likewise(alike), .. first.Details],
        };
    }

    private static bool IsOfOnePv(Finding finding) => finding is { PvCount: 1, Pvs.Count: 1 }
        && finding.Kind is (FindingKind.DuplicatePv or FindingKind.OrphanSearch or FindingKind.ErrorStatus or FindingKind.SkippedRequest or FindingKind.HeadOfLine);

    private static string Likewise(Finding[] alike)
    {
        if (!IsOfOnePv(alike[0]))
        {
            return string.Create(CultureInfo.InvariantCulture, $"So it went {alike.Length:N0} times.");
        }

        var others = alike.Skip(1).Take(ShownAlike).Select(other => DiagnosisFacts.Shortened(other.Pvs[0]));
        var more = alike.Length - 1 - ShownAlike;
        return string.Create(CultureInfo.InvariantCulture, $"Likewise {string.Join(", ", others)}{(more > 0 ? $" and {more:N0} more" : "")}.");
    }
}
