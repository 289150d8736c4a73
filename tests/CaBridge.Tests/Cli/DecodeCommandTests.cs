using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli;
using CaBridge.Cli.Commands;

namespace CaBridge.Tests.Cli;

internal sealed class DecodeCommandTests
{
    private static readonly PvFilter Everything = new([]);

    [TestCase("a.pcap")]
    [TestCase("a.pcap b.pcapng --format json --pv m:* --command READ_NOTIFY --command create_chan -n 5 --time relative --from +1 --to +2.5")]
    [TestCase("a.pcap --operation get --operation put --pv m:* --pv n:* --resume-after-cut --max-circuits 5 --max-value-bytes 1000000")]
    [TestCase("--time Unix --format Text a.pcap")]
    public void Proper_usage_has_no_errors(string line) => Assert.That(DecodeCommand.Create().Parse(line).Errors, Is.Empty);

    [TestCase("", TestName = "No_file")]
    [TestCase("a.pcap --format xml")]
    [TestCase("a.pcap --time local")]
    [TestCase("a.pcap --command GET")]
    [TestCase("a.pcap --from yesterday")]
    [TestCase("a.pcap --limit 0")]
    [TestCase("a.pcap --limit many")]
    [TestCase("a.pcap --operation connect")]
    [TestCase("a.pcap --max-value-bytes 0")]
    [TestCase("a.pcap --bogus")]
    public void Wrong_usage_has_an_error(string line) => Assert.That(DecodeCommand.Create().Parse(line).Errors, Is.Not.Empty);

    [TestCase("READ_NOTIFY", CaCommand.ReadNotify)]
    [TestCase("search", CaCommand.Search)]
    [TestCase("CA_PROTO_ECHO", CaCommand.Echo)]
    [TestCase("27", CaCommand.ServerDisconn)]
    public void Command_is_known_by_name_and_code(string name, CaCommand expected)
    {
        var known = MessageFilter.TryParseCommand(name, out var command);

        Assert.That((known, command), Is.EqualTo((true, expected)));
    }

    [TestCase("m:*", "SEARCH", "+0", true)]
    [TestCase("m:*", "ECHO", "+0", false)]
    [TestCase("x:*", "SEARCH", "+0", false)]
    [TestCase("m:*", "SEARCH", "+0.000000001", false)]
    public void Filter_takes_what_meets_every_condition(string pv, string command, string from, bool expected)
    {
        _ = TimeRange.TryParse(from, to: null, out var range, out _);
        var filter = new MessageFilter(new PvFilter([PvGlob.Parse(pv)]), [command], [], range);
        var sample = new MessageSample(Sender.Client, CaCommand.Search, "", "", Pv: "m:ao");

        Assert.That(filter.Takes(sample.Message, MessageSample.Time), Is.EqualTo(expected));
    }

    [TestCase(Operation.Get, CaCommand.ReadNotify, true)]
    [TestCase(Operation.Get, CaCommand.Read, false)]
    [TestCase(Operation.Create, CaCommand.CreateChFail, true)]
    [TestCase(Operation.Search, CaCommand.NotFound, true)]
    public void Filter_by_operation_takes_its_commands(Operation operation, CaCommand command, bool expected)
    {
        var filter = new MessageFilter(Everything, [], [operation], default);
        var sample = new MessageSample(Sender.Server, command, "", "");

        Assert.That(filter.Takes(sample.Message, MessageSample.Time), Is.EqualTo(expected));
    }

    [TestCase(Operation.Read, true)]
    [TestCase(Operation.Put, false)]
    public void Filter_by_operation_takes_the_errors_about_it(Operation operation, bool expected)
    {
        var filter = new MessageFilter(Everything, [], [operation], default);
        var sample = new MessageSample(Sender.Server, CaCommand.Error, "", "", Payload: [0, (byte)CaCommand.Read, .. new byte[14]]);

        Assert.That(filter.Takes(sample.Message, MessageSample.Time), Is.EqualTo(expected));
    }

    [Test]
    public void Commands_and_operations_add_up()
    {
        var filter = new MessageFilter(Everything, ["ECHO"], [Operation.Get], default);
        CaCommand[] taken = [.. Enum.GetValues<CaCommand>().Where(command => filter.Takes(new MessageSample(Sender.Client, command, "", "").Message, MessageSample.Time))];

        Assert.That(taken, Is.EqualTo(new[] { CaCommand.ReadNotify, CaCommand.Echo }));
    }

    [Test]
    public void Filter_by_PV_takes_no_message_without_one()
    {
        var filter = new MessageFilter(new PvFilter([PvGlob.Parse("*")]), [], [], default);
        var sample = new MessageSample(Sender.Client, CaCommand.Echo, "", "");

        Assert.That(filter.Takes(sample.Message, MessageSample.Time), Is.False);
    }
}
