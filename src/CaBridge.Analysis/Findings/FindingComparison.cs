namespace CaBridge.Analysis.Findings;

/// <summary>A finding in two captures; at least one of them has it.</summary>
public sealed record FindingComparison(Finding? Before, Finding? After)
{
    /// <summary>The latest that is known of it.</summary>
    public Finding Latest => After ?? Before!;

    /// <summary>
    /// The same finding is of the same kind and concerns the same PVs, servers and clients. Ports are left out, as clients have others each
    /// time; so are PVs where there are more of them than a finding names. First those that appeared, then those that went away, then those that
    /// stayed; each in the order of its capture.
    /// </summary>
    public static IReadOnlyList<FindingComparison> Compare(IReadOnlyList<Finding> before, IReadOnlyList<Finding> after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var former = before.GroupBy(KeyOf, StringComparer.Ordinal).ToDictionary(group => group.Key, group => new Queue<Finding>(group), StringComparer.Ordinal);
        List<FindingComparison> found =
        [
            .. after.Select(finding => new FindingComparison(former.TryGetValue(KeyOf(finding), out var same) && same.TryDequeue(out var first) ? first : null, finding)),
        ];
        var gone = former.Values.SelectMany(left => left).ToHashSet(ReferenceEqualityComparer.Instance);
        return
        [
            .. found.Where(finding => finding.Before is null),
            .. before.Where(gone.Contains).Select(finding => new FindingComparison(finding, After: null)),
            .. found.Where(finding => finding.Before is not null),
        ];
    }

    private static string KeyOf(Finding finding) => string.Join(
        '\n',
        finding.Kind.Id(),
        finding.PvCount > finding.Pvs.Count ? "" : string.Join('\t', finding.Pvs.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
        Hosts(finding.Servers),
        Hosts(finding.Clients));

    private static string Hosts(IReadOnlyList<Endpoint> endpoints) =>
        string.Join('\t', endpoints.Select(endpoint => endpoint.AddressText()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
