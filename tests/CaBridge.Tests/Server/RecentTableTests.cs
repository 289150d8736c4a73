using CaBridge.Server.Live;
using CsCheck;

namespace CaBridge.Tests.Server;

[TestFixture]
internal sealed class RecentTableTests
{
    /// <summary>As a list in the order of touch would do.</summary>
    [Test]
    public void Entry_touched_the_longest_ago_goes_first() => Gen.Select(Gen.Int[1, 40], Gen.Int[0, 60].Array[0, 300]).Sample((capacity, touched) =>
    {
        var table = new RecentTable<int, int>(capacity);
        var expected = new List<(int Key, int Count)>();
        var evicted = 0;
        foreach (var key in touched)
        {
            table.Touch(key)++;
            var at = expected.FindIndex(entry => entry.Key == key);
            var count = at < 0 ? 0 : expected[at].Count;
            if (at >= 0)
            {
                expected.RemoveAt(at);
            }
            else if (expected.Count == capacity)
            {
                expected.RemoveAt(0);
                evicted++;
            }

            expected.Add((key, count + 1));
        }

        Assert.That(Entries(table), Is.EquivalentTo(expected));
        Assert.That(table.Evicted, Is.EqualTo(evicted));
    });

    [Test]
    public void Entries_keep_their_places()
    {
        var table = new RecentTable<string, int>(3);
        foreach (var key in (string[])["a", "b", "c", "a", "d"])
        {
            table.Touch(key)++;
        }

        Assert.That(Entries(table), Is.EqualTo([("a", 2), ("d", 1), ("c", 1)]));
    }

    private static List<(TKey Key, int Count)> Entries<TKey>(RecentTable<TKey, int> table)
        where TKey : notnull => [.. Enumerable.Range(0, table.Count).Select(place => (table.KeyAt(place), table.ValueAt(place)))];
}
