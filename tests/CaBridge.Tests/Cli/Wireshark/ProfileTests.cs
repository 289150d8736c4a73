using System.Runtime.Versioning;
using CaBridge.Cli.Wireshark;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Cli.Wireshark;

/// <summary>The profile as the installed Wireshark takes it, with the dissector that belongs to it.</summary>
[TestFixture]
[UnsupportedOSPlatform("windows")]
internal sealed class ProfileTests
{
    private const int ButtonParts = 4;
    private const int GraphParts = 9;

    private static readonly string Folder = Path.Combine(Repository.Root, "extcap", "profile", Payload.ProfileName);

    private readonly WiresharkHome _home = new();

    [OneTimeSetUp]
    public void Install() => Assert.That(_home.Install().ExitCode, Is.Zero);

    [OneTimeTearDown]
    public void DeleteHome() => _home.Dispose();

    [Test]
    public void Every_filter_is_one_for_Wireshark()
    {
        string[] filters = [.. ColouringRules().Select(rule => rule.Filter), .. Records("dfilter_buttons", ButtonParts).Select(parts => parts[2]), .. Graphs().Select(graph => graph.Filter)];
        var run = Read("access-denied", "-Y", string.Join(" || ", filters.Select(filter => $"({filter})")));

        Assert.That(filters, Has.Length.GreaterThan(30));
        Assert.That(run.ExitCode, Is.Zero, run.Errors);
    }

    [TestCase("mixed-ops", "CA beacons and repeaters", "CA searches", "CA channels", "CA gets", "CA puts", "CA monitors", "CA failed or refused", "TCP SYN/FIN")]
    [TestCase("lossy", "CA slow (over 100 ms)", "Bad TCP")]
    public void Rules_colour_what_they_are_for(string capture, params string[] names)
    {
        var run = Read(capture, "-2", "--color", "-C", Payload.ProfileName, "-T", "fields", "-e", "frame.coloring_rule.name");

        Assert.That(run.Output.Split('\n').Distinct(StringComparer.Ordinal), Is.SupersetOf(names));
    }

    /// <summary>A rule that leaves the text to the theme is dark on dark in a dark one.</summary>
    [Test]
    public void Text_is_readable_on_every_colour()
    {
        foreach (var (name, _, background, text) in ColouringRules())
        {
            var (lighter, darker) = (Math.Max(background, text), Math.Min(background, text));

            // the contrast that WCAG 2 asks of text
            Assert.That((lighter + 0.05) / (darker + 0.05), Is.GreaterThan(4.5), name);
        }
    }

    [Test]
    public void Columns_have_operation_PV_and_response_time()
    {
        var run = Read("mixed-ops", "-2", "-C", Payload.ProfileName, "-Y", "ca.command == 15 && ca.time", "-c", "100");

        Assert.That(run.Output, Does.Match(@"(?m) get +m:ao +0\.00\d+ +READ_NOTIFY m:ao"));
    }

    [Test]
    public void Graphs_are_of_fields_that_there_are()
    {
        var fields = Tshark("-G", "fields").Output.Split('\n').Select(line => line.Split('\t')).Where(parts => parts.Length > 2).Select(parts => parts[2]);

        Assert.That(Graphs().Select(graph => graph.Field).Distinct(StringComparer.Ordinal), Is.SubsetOf(fields.ToHashSet(StringComparer.Ordinal)));
    }

    /// <summary>Else the widths would be those of other columns, and Wireshark would leave them out.</summary>
    [Test]
    public void Widths_are_of_the_columns()
    {
        var columns = File.ReadLines(Path.Combine(Folder, "preferences")).Where(line => line.StartsWith("\t\"", StringComparison.Ordinal)).Select(line => line.Split('"')[3]);
        var widths = File.ReadLines(Path.Combine(Folder, "recent")).Where(line => line.StartsWith('\t')).Select(line => line.Trim().Split(", ")[0].Trim('"'));

        Assert.That(widths, Is.EqualTo(columns.Select(column => column.Split(":0:R")[0])).And.Not.Empty);
    }

    private static IEnumerable<(string Name, string Filter, double Background, double Text)> ColouringRules() =>
        from line in File.ReadLines(Path.Combine(Folder, "colorfilters"))
        where line.StartsWith('@')
        let parts = line.Split('@')
        let colours = parts[3].Split(['[', ',', ']'], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray()
        select (parts[1], parts[2], Luminance(colours.AsSpan(0, 3)), Luminance(colours.AsSpan(3, 3)));

    private static IEnumerable<(string Filter, string Field)> Graphs() => Records("io_graphs", GraphParts).Select(parts => (parts[2], parts[6]));

    /// <summary>Of a table as Wireshark writes it: quoted strings with <c>\x22</c> for a quotation mark.</summary>
    private static IEnumerable<string[]> Records(string name, int parts)
    {
        foreach (var line in File.ReadLines(Path.Combine(Folder, name)).Where(line => line.StartsWith('"')))
        {
            var record = line[1..^1].Split("\",\"");
            Assert.That(record, Has.Length.EqualTo(parts), line);
            yield return [.. record.Select(part => part.Replace(@"\x22", "\"", StringComparison.Ordinal))];
        }
    }

    /// <summary>Relative luminance by WCAG 2, of 16 bits a channel.</summary>
    private static double Luminance(ReadOnlySpan<int> colour) => (0.2126 * Linear(colour[0])) + (0.7152 * Linear(colour[1])) + (0.0722 * Linear(colour[2]));

    private static double Linear(int channel)
    {
        var value = channel / 65535.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    private WiresharkRun Read(string capture, params string[] arguments) => Tshark(["-r", GoldenCapture.Named(capture).FilePath, .. arguments]);

    private WiresharkRun Tshark(params string[] arguments) => _home.Start(new("tshark", arguments) { UseShellExecute = false });
}
