using CaBridge.Agent;
using CaBridge.Cli.Report;

namespace CaBridge.Tests.Cli.Report;

[TestFixture]
internal sealed class ReportOutputTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("cabridge-report").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_whole_page_replaces_what_was_there()
    {
        File.WriteAllText(In("report.html"), "before, and longer than what comes");

        ReportOutput.Open(In("report.html"), []).Write(text => text.Write("after"));

        Assert.That(File.ReadAllText(In("report.html")), Is.EqualTo("after"));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_page_that_fails_leaves_what_was_there()
    {
        File.WriteAllText(In("report.html"), "before");
        var output = ReportOutput.Open(In("report.html"), []);

        Assert.That(() => output.Write(text =>
        {
            text.Write(new string('x', 1_000_000));
            throw new IOException("No space left on device");
        }), Throws.InstanceOf<IOException>());
        Assert.That(File.ReadAllText(In("report.html")), Is.EqualTo("before"));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void Nothing_is_left_where_nothing_was_written()
    {
        _ = ReportOutput.Open(In("report.html"), [In("network.pcap")]);

        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public void A_capture_is_not_overwritten()
    {
        File.WriteAllText(In("network.pcap"), "packets");

        AssertRefused(In("network.pcap"), "is one of the captures");
        AssertRefused(Path.Combine(_folder, "..", Path.GetFileName(_folder), "network.pcap"), "is one of the captures");
    }

    [Test]
    public void A_capture_is_not_overwritten_by_another_name()
    {
        File.WriteAllText(In("network.pcap"), "packets");
        File.CreateSymbolicLink(In("report.html"), In("network.pcap"));
        Directory.CreateSymbolicLink(In("here"), _folder);

        AssertRefused(In("report.html"), "is one of the captures");
        AssertRefused(Path.Combine(In("here"), "here", "network.pcap"), "is one of the captures");
    }

    [Test]
    public void A_link_leads_to_what_is_replaced()
    {
        Directory.CreateDirectory(In("pages"));
        File.CreateSymbolicLink(In("report.html"), Path.Combine("pages", "today.html"));

        ReportOutput.Open(In("report.html"), []).Write(text => text.Write("page"));

        Assert.That(File.ReadAllText(Path.Combine(In("pages"), "today.html")), Is.EqualTo("page"));
        Assert.That(new FileInfo(In("report.html")).LinkTarget, Is.Not.Null);
    }

    [Test]
    public void A_folder_is_no_page() => AssertRefused(_folder, "is a folder");

    [Test]
    public void A_folder_that_is_not_there_is_told() => AssertRefused(In("nowhere/report.html"), "cannot be written");

    [Test]
    public void Links_that_lead_to_each_other_are_told()
    {
        File.CreateSymbolicLink(In("a"), In("b"));
        File.CreateSymbolicLink(In("b"), In("a"));

        AssertRefused(In("a"), "cannot be written");
    }

    [Test]
    public void A_device_is_written_and_stays_one()
    {
        ReportOutput.Open("/dev/null", []).Write(text => text.Write("page"));

        Assert.That(new FileInfo("/dev/null").Length, Is.Zero);
        Assert.That(Directory.GetFiles("/dev", ".null*"), Is.Empty);
    }

    private void AssertRefused(string name, string why) =>
        Assert.That(() => ReportOutput.Open(name, ["-", In("network.pcap")]), Throws.InstanceOf<UsageException>().With.Message.Contains(why));

    private string In(string name) => Path.Combine(_folder, name);
}
