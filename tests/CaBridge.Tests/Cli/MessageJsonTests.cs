using System.Text;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Cli.Rendering;
using CaBridge.Tests.ChannelAccess;

namespace CaBridge.Tests.Cli;

internal sealed class MessageJsonTests
{
    [TestCaseSource(typeof(CommandSamples), nameof(CommandSamples.OnBothTransports))]
    public void Command_in_each_direction_has_its_object(MessageSample sample) => Assert.That(Line(sample), Is.EqualTo(sample.ExpectedJson()));

    [Test]
    public void Control_form_has_precision_units_and_limits() =>
        Assert.That(
            Line(Write(DbrType.CtrlFloat, 0.1)),
            Does.EndWith(
                """
                "dbr_type":"DBR_CTRL_FLOAT","alarm_severity":"MAJOR","alarm_status":"HIHI","precision":3,"units":"mm","limits":{"upper_display":1,"lower_display":2,
                """ + """
                "upper_alarm":3,"upper_warning":4,"lower_warning":5,"lower_alarm":6,"upper_control":7,"lower_control":8},"value":0.1}
                """ + "\n"));

    [Test]
    public void Alarm_to_be_acknowledged() =>
        Assert.That(Line(Write(DbrType.StsAckString, 1)), Does.EndWith("""
            ,"alarm_severity":"MAJOR","alarm_status":"HIHI","ackt":1,"acks":"MINOR","value":"v1"}
            """ + "\n"));

    [Test]
    public void Numbers_that_JSON_lacks_are_strings() =>
        Assert.That(
            Line(Write(DbrType.Double, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.1)),
            Does.EndWith("""
            "value":["NaN","Infinity","-Infinity",0.1]}
            """ + "\n"));

    [Test]
    public void All_elements_that_were_kept_are_there_and_the_cut_is_told()
    {
        var values = Enumerable.Range(0, 100).Select(value => (double)value).ToArray();

        Assert.That(
            Line(Write(DbrType.Long, values) with { Count = 101 }),
            Does.EndWith($"\"value\":[{string.Join(',', values)}],\"value_truncated\":true}}\n"));
    }

    [Test]
    public void Nothing_is_read_from_a_payload_with_a_gap() =>
        Assert.That(Line(Write(DbrType.Double, 1) with { HasGap = true }), Does.EndWith("""
            "dbr_type":"DBR_DOUBLE","has_gap":true}
            """ + "\n"));

    [Test]
    public void Text_outside_UTF8_is_taken_as_Latin_1()
    {
        var sample = new MessageSample(Sender.Client, CaCommand.HostName, "", "", Payload: [0xB0, (byte)'C', (byte)'"', 0xC2, 0xB5, 0, 0, 0]);

        Assert.That(Line(sample), Does.EndWith(""","text":"°C\"µ"}""" + "\n"));
    }

    [Test]
    public void Each_message_is_a_line_of_its_own()
    {
        var buffer = new Utf8Buffer();
        using var json = new MessageJson(buffer);
        var sample = CommandSamples.All.First();
        json.Write(sample.Message);
        json.Write(sample.Message);

        Assert.That(Encoding.UTF8.GetString(buffer.Written), Is.EqualTo(sample.ExpectedJson() + sample.ExpectedJson()));
    }

    [Test]
    public void Rendering_allocates_nothing_once_warm()
    {
        var buffer = new Utf8Buffer();
        using var json = new MessageJson(buffer);
        var message = CommandSamples.All.First(sample => sample is { Sender: Sender.Server, Command: CaCommand.EventAdd }).Message;
        for (var warmUp = 0; warmUp < 10; warmUp++)
        {
            json.Write(message);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        json.Write(message);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated, Is.Zero);
    }

    private static MessageSample Write(DbrType type, params double[] values) =>
        new(Sender.Client, CaCommand.Write, "", "", Type: (ushort)type, Count: (uint)values.Length, Payload: DbrPayload.Of(type, values));

    private static string Line(MessageSample sample)
    {
        var buffer = new Utf8Buffer();
        using var json = new MessageJson(buffer);
        json.Write(sample.Message);
        return Encoding.UTF8.GetString(buffer.Written);
    }
}
