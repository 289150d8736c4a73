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

    private static string CauseOf(Finding finding) => finding.PvCount == 1
        ? $"{finding.Kind} {finding.Severity} {finding.Confidence} {finding.IsOpen} {string.Join(' ', finding.Servers)} {string.Join(' ', finding.Clients)} {finding.Advice}"
        : $"{finding.Kind} {finding.Title}";

    private static Finding Merge(Finding[] alike)
    {
        var first = alike[0];
        if (alike.Length == 1)
        {
            return first;
        }

        var others = alike.Skip(1).Take(ShownAlike).Select(other => other.Pvs[0]);
        var more = alike.Length - 1 - ShownAlike;
        return first with
        {
            Pvs = [.. alike.Select(finding => finding.Pvs[0])],
            PvCount = alike.Length,
            Count = alike.Sum(finding => finding.Count),
            First = alike.Min(finding => finding.First),
            Last = alike.Max(finding => finding.Last),
            Frames = [.. alike.SelectMany(finding => finding.Frames).Distinct().Order().Take(MaxFrames)],
            InGap = alike.Any(finding => finding.InGap),
            Details = [string.Create(CultureInfo.InvariantCulture, $"Likewise {string.Join(", ", others)}{(more > 0 ? $" and {more:N0} more" : "")}."), .. first.Details],
        };
    }
}
