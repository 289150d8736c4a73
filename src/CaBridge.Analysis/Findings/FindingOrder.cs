namespace CaBridge.Analysis.Findings;

/// <summary>The order in which findings are told.</summary>
public static class FindingOrder
{
    /// <summary>That which matters most first.</summary>
    public static IComparer<Finding> MostImportantFirst { get; } = Comparer<Finding>.Create(Compare);

    private static int Compare(Finding one, Finding other)
    {
        var order = other.Severity.CompareTo(one.Severity);
        order = order != 0 ? order : one.Kind.CompareTo(other.Kind);
        order = order != 0 ? order : one.IsOfOthers.CompareTo(other.IsOfOthers);
        order = order != 0 ? order : other.Count.CompareTo(one.Count);
        order = order != 0 ? order : one.First.UnixNanoseconds.CompareTo(other.First.UnixNanoseconds);
        return order != 0 ? order : string.CompareOrdinal(one.Title, other.Title);
    }
}
