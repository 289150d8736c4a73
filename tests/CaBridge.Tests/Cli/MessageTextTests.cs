using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Cli.Rendering;
using CaBridge.Tests.ChannelAccess;

namespace CaBridge.Tests.Cli;

internal sealed class MessageTextTests
{
    [TestCaseSource(typeof(CommandSamples), nameof(CommandSamples.OnBothTransports))]
    public void Command_in_each_direction_has_its_line(MessageSample sample) => Assert.That(Line(sample), Is.EqualTo(sample.ExpectedLine()));

    [Test]
    public void Every_command_is_tried_in_both_directions()
    {
        var tried = CommandSamples.All.Where(sample => sample.Sender != Sender.Unknown && (int)sample.Command < CaCommandNames.Count);

        Assert.That(tried.Select(sample => (sample.Sender, sample.Command)).Distinct().Count(), Is.EqualTo(2 * CaCommandNames.Count));
    }

    [TestCase(TimeFormat.Unix, "1795344197.123456789 ")]
    [TestCase(TimeFormat.Relative, "2.000000001 ")]
    [TestCase(TimeFormat.Utc, "2026-11-22T10:43:17.123456789Z ")]
    public void Time_has_nine_digits(TimeFormat format, string beginning) => Assert.That(Line(Write(DbrType.Long, 1), format), Does.StartWith(beginning));

    [Test]
    public void Time_before_the_first_frame_is_negative()
    {
        var buffer = new Utf8Buffer();
        new TimeText().Append(buffer, MessageSample.Time, MessageSample.Time + new CaptureDuration(1), TimeFormat.Relative);

        Assert.That(Encoding.UTF8.GetString(buffer.Written), Is.EqualTo("-0.000000001"));
    }

    [Test]
    public void Time_before_1970_keeps_its_fraction()
    {
        var buffer = new Utf8Buffer();
        new TimeText().AppendUtc(buffer, new CaptureTime(-1));

        Assert.That(Encoding.UTF8.GetString(buffer.Written), Is.EqualTo("1969-12-31T23:59:59.999999999Z"));
    }

    [Test]
    public void Long_array_is_shortened() =>
        Assert.That(
            Line(Write(DbrType.Char, 1, 2, 3, 4, 5, 6, 7, 8, 9)),
            Does.EndWith(" DBR_CHAR[9] value=[1,2,3,4,5,6,7,8,...]\n"));

    [Test]
    public void Missing_elements_show() =>
        Assert.That(Line(Write(DbrType.Double, 1.5) with { Count = 3 }), Does.EndWith(" DBR_DOUBLE[3] value=[1.5,...]\n"));

    [Test]
    public void Lone_element_that_was_cut_away_shows() =>
        Assert.That(Line(Write(DbrType.Double, 1) with { Payload = new byte[7] }), Does.EndWith(" DBR_DOUBLE[1] value=[...]\n"));

    [TestCase(0.1, "0.1")]
    [TestCase(double.NaN, "NaN")]
    [TestCase(double.NegativeInfinity, "-Infinity")]
    public void Floats_are_as_short_as_they_read_back(double value, string expected) =>
        Assert.That(Line(Write(DbrType.Float, value)), Does.EndWith($" value={expected}\n"));

    [Test]
    public void Units_and_an_alarm_that_is_none() =>
        Assert.That(
            Line(Write(DbrType.GrDouble, 2) with { Payload = WithoutAlarm(DbrPayload.Of(DbrType.GrDouble, 2)) }),
            Does.EndWith(" value=2 units=\"mm\" severity=NO_ALARM\n"));

    [Test]
    public void Alarm_to_be_acknowledged() =>
        Assert.That(Line(Write(DbrType.StsAckString, 1)), Does.EndWith(" value=\"v1\" severity=MAJOR alarm=HIHI ackt=1 acks=MINOR\n"));

    [Test]
    public void Nothing_is_read_from_a_payload_with_a_gap() =>
        Assert.That(Line(Write(DbrType.Double, 1) with { HasGap = true }), Does.EndWith(" DBR_DOUBLE[1] payload=gap\n"));

    [TestCase("a\u001b[2Jb", "\"a\\u{1b}[2Jb\"")]
    [TestCase("a\u009bb", "\"a\\u{9b}b\"")]
    [TestCase("a \"b\" \\", "\"a \\\"b\\\" \\\\\"")]
    [TestCase("µm", "\"µm\"")]
    public void Foreign_text_cannot_reach_the_terminal_raw(string name, string expected)
    {
        var sample = new MessageSample(Sender.Client, CaCommand.CreateChan, "", "", Payload: MessageSample.Padded(name));

        Assert.That(Line(sample), Does.Contain($" pv={expected} "));
        Assert.That(Line(sample with { Pv = name }), Does.Contain($" pv={expected} "));
    }

    [Test]
    public void Rendering_allocates_nothing_once_warm()
    {
        var buffer = new Utf8Buffer();
        var text = new MessageText(buffer, TimeFormat.Utc);
        var message = CommandSamples.All.First(sample => sample is { Sender: Sender.Server, Command: CaCommand.EventAdd }).Message;
        for (var warmUp = 0; warmUp < 10; warmUp++)
        {
            text.Write(message, MessageSample.Time);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        text.Write(message, MessageSample.Time);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated, Is.Zero);
    }

    private static MessageSample Write(DbrType type, params double[] values) =>
        new(Sender.Client, CaCommand.Write, "", "", Type: (ushort)type, Count: (uint)values.Length, Payload: DbrPayload.Of(type, values));

    private static byte[] WithoutAlarm(byte[] payload) => [0, 0, 0, 0, .. payload.AsSpan(4)];

    private static string Line(MessageSample sample, TimeFormat format = TimeFormat.Utc)
    {
        var buffer = new Utf8Buffer();
        new MessageText(buffer, format).Write(sample.Message, new CaptureTime(MessageSample.Time.UnixNanoseconds - 2_000_000_001));
        return Encoding.UTF8.GetString(buffer.Written);
    }
}
