using CaBridge.Cli.Commands;

namespace CaBridge.Tests.Cli;

[TestFixture]
public sealed class CompareCommandTests
{
    [TestCase("a.pcap", ExpectedResult = "Required argument 'AFTER' missing for command: 'compare'.")]
    [TestCase("a.pcap b.pcap --bogus", ExpectedResult = "Unrecognized command or argument '--bogus'.")]
    [TestCase("a.pcap --bogus", ExpectedResult = "There is no option '--bogus'.")]
    [TestCase("- -", ExpectedResult = "- is standard input, which can be read only once.")]
    [TestCase("- a.pcap --after-also -", ExpectedResult = "- is standard input, which can be read only once.")]
    [TestCase("a.pcap b.pcap --alpha 2", ExpectedResult = "--alpha needs a number from 0 to 1, written such as 0.5.")]
    [TestCase("a.pcap b.pcap --alpha x", ExpectedResult = "--alpha needs a number from 0 to 1, written such as 0.5.")]
    [TestCase("a.pcap b.pcap --min-effect=-1", ExpectedResult = "--min-effect needs a number from 0 to 1, written such as 0.5.")]
    [TestCase("a.pcap b.pcap --min-change NaN", ExpectedResult = "--min-change needs a number from 0 to 100000, written such as 0.5.")]
    [TestCase("a.pcap b.pcap --min-count 1", ExpectedResult = "--min-count needs a whole number from 2 to 2147483647.")]
    public string A_wrong_command_line_is_one_sentence(string arguments) =>
        CompareCommand.Create().Parse(arguments).Errors.Select(error => error.Message).Single();

    [TestCase("a.pcap b.pcapng")]
    [TestCase("a.pcap - --by pv --by server --operation get --pv LINAC:* --fail-on slower")]
    [TestCase("a.pcap b.pcap --before-also c.pcap --before-also d.pcap --after-also e.pcap --alpha 0.05 --min-effect 0 --min-change 20 --min-count 10 --top 0 --format csv")]
    public void A_right_command_line_has_no_errors(string arguments) => Assert.That(CompareCommand.Create().Parse(arguments).Errors, Is.Empty);
}
