using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Tests.ChannelAccess;

internal sealed class FieldNamesTests
{
    [TestCase((ushort)0, "NO_ALARM")]
    [TestCase((ushort)3, "HIHI")]
    [TestCase((ushort)9, "COMM")]
    [TestCase((ushort)17, "UDF")]
    [TestCase((ushort)19, "SIMM")]
    [TestCase((ushort)20, "READ_ACCESS")]
    [TestCase((ushort)21, "WRITE_ACCESS")]
    [TestCase((ushort)22, "22")]
    public void Alarm_status_is_named_as_alarm_h_does(ushort status, string name) => Assert.That(AlarmNames.Status(status), Is.EqualTo(name));

    [TestCase((ushort)0, "NO_ALARM")]
    [TestCase((ushort)1, "MINOR")]
    [TestCase((ushort)2, "MAJOR")]
    [TestCase((ushort)3, "INVALID")]
    [TestCase((ushort)4, "4")]
    public void Alarm_severity_is_named_as_alarm_h_does(ushort severity, string name) => Assert.That(AlarmNames.Severity(severity), Is.EqualTo(name));

    [Test]
    public void Event_mask_names_its_bits([Range(0, 15)] int mask)
    {
        string[] bits = ["VALUE", "LOG", "ALARM", "PROPERTY"];
        var expected = mask == 0 ? "0" : string.Join('|', bits.Where((_, bit) => (mask & (1 << bit)) != 0));

        Assert.That(EventMask.Name((ushort)mask), Is.EqualTo(expected));
    }

    [Test]
    public void Unknown_bits_give_the_number()
    {
        Assert.That(EventMask.Name(0x15), Is.EqualTo("0x15"));
        Assert.That(AccessRights.Name(0x7), Is.EqualTo("0x7"));
    }

    [Test]
    public void Event_mask_stands_after_three_floats()
    {
        byte[] payload = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0];

        Assert.That(EventMask.TryRead(payload, out var mask), Is.True);
        Assert.That(mask, Is.EqualTo(5));
        Assert.That(EventMask.TryRead(payload.AsSpan(0, 13), out _), Is.False);
    }
}
