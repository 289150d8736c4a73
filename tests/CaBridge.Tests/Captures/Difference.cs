namespace CaBridge.Tests.Captures;

/// <summary>What one list of lines has and the other has not, each line as often as it stands there.</summary>
internal static class Difference
{
    private const int ShownLines = 8;

    /// <returns>The first lines that differ; none if the lists have the same lines, in whatever order.</returns>
    public static IReadOnlyList<string> Between(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var left = expected.ToList();
        var right = actual.ToList();
        return
        [
            .. Without(left, right).Select(line => $"missing: {line}").Take(ShownLines),
            .. Without(right, left).Select(line => $"extra:   {line}").Take(ShownLines),
        ];
    }

    /// <summary>The lines of <paramref name="lines"/> that <paramref name="taken"/> has less often.</summary>
    public static IEnumerable<string> Without(IEnumerable<string> lines, IEnumerable<string> taken)
    {
        var counts = taken.CountBy(line => line).ToDictionary(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (counts.GetValueOrDefault(line) == 0)
                yield return line;
            else
                counts[line]--;
        }
    }
}
