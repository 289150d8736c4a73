using System.CommandLine;
using CaBridge.Cli.Commands;

namespace CaBridge.Tests.Cli;

[TestFixture]
public sealed class AnalyzeCommandTests
{
    [TestCase("", ExpectedResult = "Required argument 'FILE' missing for command: 'analyze'.")]
    [TestCase("a.pcap --bogus", ExpectedResult = "There is no option '--bogus'.")]
    [TestCase("- a.pcap -", ExpectedResult = "- is standard input, which can be read only once.")]
    [TestCase("a.pcap --top=-1", ExpectedResult = "--top needs a whole number from 0 to 2147483647.")]
    [TestCase("a.pcap --timeout 0", ExpectedResult = "--timeout needs a number of seconds above 0 and up to 1000000000, written such as 2.5.")]
    [TestCase("a.pcap --timeout 1e300", ExpectedResult = "--timeout needs a number of seconds above 0 and up to 1000000000, written such as 2.5.")]
    [TestCase("a.pcap --top 99999999999", ExpectedResult = "--top needs a whole number from 0 to 2147483647.")]
    [TestCase("a.pcap --timeout x", ExpectedResult = "--timeout needs a number of seconds above 0 and up to 1000000000, written such as 2.5.")]
    [TestCase("a.pcap --max-names 0", ExpectedResult = "--max-names needs a whole number from 1 to 2147483647.")]
    [TestCase("a.pcap --max-groups 0", ExpectedResult = "--max-groups needs a whole number from 1 to 2147483647.")]
    [TestCase("a.pcap --max-exact-values many", ExpectedResult = "--max-exact-values needs a whole number from 0 to 2147483647.")]
    [TestCase("a.pcap --max-exact-values-per-group=-1", ExpectedResult = "--max-exact-values-per-group needs a whole number from 0 to 2147483647.")]
    [TestCase("a.pcap --max-exact-values 3000000000", ExpectedResult = "--max-exact-values needs a whole number from 0 to 2147483647.")]
    public string A_wrong_command_line_is_one_sentence(string arguments) =>
        AnalyzeCommand.Create().Parse(arguments).Errors.Select(error => error.Message).Single();

    [TestCase("a.pcap b.pcapng")]
    [TestCase("- --by circuit --operation get --operation put --pv LINAC:* --pv SR:*")]
    [TestCase("a.pcap --from +1.5 --to 2026-11-22T10:43:17Z --top 0 --transactions --messages --format csv --resume-after-cut")]
    [TestCase("a.pcap --max-groups 5 --max-exact-values 0 --max-exact-values-per-group 1000")]
    public void A_right_command_line_has_no_errors(string arguments) => Assert.That(AnalyzeCommand.Create().Parse(arguments).Errors, Is.Empty);

    [TestCase("--top 3 -- -x.pcap --y.pcap - z.pcap", ExpectedResult = "--top 3 -- ./-x.pcap ./--y.pcap - z.pcap")]
    [TestCase("-x.pcap", ExpectedResult = "-x.pcap")]
    public string Names_behind_two_dashes_are_files(string arguments) => string.Join(' ', SelectionOptions.WithPlainFiles(arguments.Split(' ')));

    [Test]
    public void Files_behind_two_dashes_are_no_options() =>
        Assert.That(AnalyzeCommand.Create().Parse(SelectionOptions.WithPlainFiles(["--top", "3", "--", "-x.pcap"])).Errors, Is.Empty);

    [Test]
    public void Operations_complete() =>
        Assert.That(new RootCommand { AnalyzeCommand.Create() }.Parse("analyze a.pcap --operation su").GetCompletions().Select(item => item.Label), Is.EqualTo(new[] { "subscribe" }));
}
