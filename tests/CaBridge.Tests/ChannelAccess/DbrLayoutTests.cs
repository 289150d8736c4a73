using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Tests.ChannelAccess;

internal sealed class DbrLayoutTests
{
    /// <summary>Type:size/offset of the value, as dbr_size and dbr_value_offset of EPICS Base have them.</summary>
    private const string Table =
        "0:40/0 1:2/0 2:4/0 3:2/0 4:1/0 5:4/0 6:8/0 7:44/4 8:6/4 9:8/4 10:6/4 11:6/5 12:8/4 13:16/8 14:52/12 15:16/14 16:16/12 17:16/14 " +
        "18:16/15 19:16/12 20:24/16 21:44/4 22:26/24 23:44/40 24:424/422 25:20/19 26:40/36 27:72/64 28:44/4 29:30/28 30:52/48 31:424/422 " +
        "32:22/21 33:48/44 34:88/80 35:2/0 36:2/0 37:48/8 38:40/0";

    private static IEnumerable<string> Rows => Table.Split(' ');

    [TestCaseSource(nameof(Rows))]
    public void Size_and_offset_are_those_of_db_access(string row)
    {
        var type = ushort.Parse(row.Split(':')[0]);
        var found = DbrLayout.TryFind(type, out var layout);

        Assert.That(found, Is.True);
        Assert.That($"{type}:{layout.Size}/{layout.ValueOffset}", Is.EqualTo(row));
        Assert.That(layout.ValueOffset + layout.ElementSize, Is.EqualTo(layout.Size));
    }

    [Test]
    public void Every_type_is_in_the_table() => Assert.That(Rows.Count(), Is.EqualTo(DbrLayout.Count));

    [Test]
    public void Name_is_the_enum_member_as_EPICS_writes_it([Values] DbrType type) =>
        Assert.That(DbrLayout.NameOf((ushort)type).Replace("_", string.Empty), Is.EqualTo($"DBR{type}").IgnoreCase);

    [Test]
    public void Unknown_type_gives_its_number()
    {
        Assert.That(DbrLayout.NameOf(39), Is.EqualTo("39"));
        Assert.That(DbrLayout.TryFind(39, out _), Is.False);
    }
}
