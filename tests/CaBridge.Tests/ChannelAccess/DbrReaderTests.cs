using System.Text;
using CaBridge.Analysis.ChannelAccess;
using CsCheck;

namespace CaBridge.Tests.ChannelAccess;

internal sealed class DbrReaderTests
{
    private const string Alarm = "alarm 3/2";
    private const string Limits = " limits 1 2 3 4 5 6";

    [Test]
    public void Elements_of_every_type_are_read([Values] DbrType type)
    {
        var payload = DbrPayload.Of(type, 7, 11);

        Assert.That(Values(type, count: 2, payload), Is.EqualTo(IsText(type) ? "v7 v11" : "7 11"));
    }

    [Test]
    public void Every_cut_gives_the_elements_that_are_whole([Values] DbrType type)
    {
        var payload = DbrPayload.Of(type, 7, 11, 13);
        _ = DbrLayout.TryFind((ushort)type, out var layout);

        for (var length = 0; length <= payload.Length; length++)
        {
            var cut = payload.AsSpan(0, length);
            _ = DbrReader.TryCreate((ushort)type, 3, cut, out var reader);
            var whole = Enumerable.Range(1, 3).Count(count => layout.Size + ((count - 1) * layout.ElementSize) <= length);

            Assert.That((reader.ElementCount, reader.IsTruncated), Is.EqualTo((whole, whole < 3)), $"of {length} bytes");
            _ = Everything(type, count: 3, cut);
        }
    }

    [TestCase(DbrType.Double, "")]
    [TestCase(DbrType.StsString, Alarm)]
    [TestCase(DbrType.StsDouble, Alarm)]
    [TestCase(DbrType.TimeShort, Alarm + " stamp 631152001500000000")]
    [TestCase(DbrType.TimeString, Alarm + " stamp 631152001500000000")]
    [TestCase(DbrType.GrString, Alarm)]
    [TestCase(DbrType.GrShort, Alarm + " units mm" + Limits)]
    [TestCase(DbrType.GrFloat, Alarm + " precision 3 units mm" + Limits)]
    [TestCase(DbrType.GrEnum, Alarm + " strings off on")]
    [TestCase(DbrType.GrChar, Alarm + " units mm" + Limits)]
    [TestCase(DbrType.GrLong, Alarm + " units mm" + Limits)]
    [TestCase(DbrType.GrDouble, Alarm + " precision 3 units mm" + Limits)]
    [TestCase(DbrType.CtrlString, Alarm)]
    [TestCase(DbrType.CtrlShort, Alarm + " units mm" + Limits + " 7 8")]
    [TestCase(DbrType.CtrlFloat, Alarm + " precision 3 units mm" + Limits + " 7 8")]
    [TestCase(DbrType.CtrlEnum, Alarm + " strings off on")]
    [TestCase(DbrType.CtrlChar, Alarm + " units mm" + Limits + " 7 8")]
    [TestCase(DbrType.CtrlLong, Alarm + " units mm" + Limits + " 7 8")]
    [TestCase(DbrType.CtrlDouble, Alarm + " precision 3 units mm" + Limits + " 7 8")]
    [TestCase(DbrType.PutAckT, "")]
    [TestCase(DbrType.StsAckString, Alarm + " acknowledge 1/1")]
    [TestCase(DbrType.ClassName, "")]
    public void Metadata_is_what_the_type_has(DbrType type, string expected) =>
        Assert.That(Everything(type, count: 1, DbrPayload.Of(type, 7)), Is.EqualTo($"{expected} {(IsText(type) ? "v7" : "7")}".Trim()));

    [TestCase(DbrType.Short, -32768)]
    [TestCase(DbrType.Enum, 65535)]
    [TestCase(DbrType.Char, 255)]
    [TestCase(DbrType.Long, int.MinValue)]
    [TestCase(DbrType.Float, -0.5)]
    [TestCase(DbrType.Double, double.NegativeInfinity)]
    [TestCase(DbrType.PutAckS, 65535)]
    public void Sign_is_the_types_own(DbrType type, double value)
    {
        _ = DbrReader.TryCreate((ushort)type, 1, DbrPayload.Of(type, value), out var reader);

        Assert.That(reader.Number(0), Is.EqualTo(value));
    }

    [TestCase("abc\0\0\0\0\0", "abc", false)]
    [TestCase("\0\0\0\0\0\0\0\0", "", false)]
    [TestCase("abc", "abc", true)]
    public void Lone_string_may_end_at_its_NUL(string payload, string text, bool truncated)
    {
        _ = DbrReader.TryCreate((ushort)DbrType.String, 1, Encoding.ASCII.GetBytes(payload), out var reader);

        Assert.That(reader.ElementCount, Is.EqualTo(1));
        Assert.That(Encoding.ASCII.GetString(reader.Text(0)), Is.EqualTo(text));
        Assert.That(reader.IsTruncated, Is.EqualTo(truncated));
    }

    [Test]
    public void String_may_fill_its_40_bytes()
    {
        var payload = Encoding.ASCII.GetBytes(new string('x', 40));
        _ = DbrReader.TryCreate((ushort)DbrType.String, 1, payload, out var reader);

        Assert.That(reader.Text(0).Length, Is.EqualTo(40));
        Assert.That(reader.IsTruncated, Is.False);
    }

    [Test]
    public void Empty_array_has_metadata_and_the_room_of_one_element()
    {
        var payload = DbrPayload.Of(DbrType.TimeDouble, 0);

        Assert.That(payload, Has.Length.EqualTo(24));
        Assert.That(Everything(DbrType.TimeDouble, count: 0, payload), Is.EqualTo(Alarm + " stamp 631152001500000000"));
    }

    [Test]
    public void What_follows_the_announced_elements_is_ignored()
    {
        var payload = DbrPayload.Of(DbrType.StsLong, 7, 11, 13);

        Assert.That(Values(DbrType.StsLong, count: 2, payload), Is.EqualTo("7 11"));
    }

    [Test]
    public void Count_beyond_any_payload_is_no_more_than_is_there()
    {
        _ = DbrReader.TryCreate((ushort)DbrType.Char, uint.MaxValue, new byte[3], out var reader);

        Assert.That((reader.ElementCount, reader.IsTruncated), Is.EqualTo((3, true)));
    }

    [Test]
    public void Element_that_is_not_there_is_the_callers_fault()
    {
        Assert.That(
            () =>
            {
                _ = DbrReader.TryCreate((ushort)DbrType.Long, 2, new byte[4], out var reader);
                return reader.Number(1);
            },
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Unknown_type_gives_no_reader() => Assert.That(DbrReader.TryCreate(39, 1, new byte[100], out _), Is.False);

    [Test]
    public void Reading_of_any_payload_throws_nothing() =>
        Gen.Select(Gen.UShort[0, 38], Gen.UInt, Gen.Byte.Array[0, 500])
            .Sample((type, count, payload) => Everything((DbrType)type, count % 600, payload) is not null);

    private static bool IsText(DbrType type) => type is DbrType.StsAckString or DbrType.ClassName || (type < DbrType.PutAckT && (int)type % 7 == 0);

    private static string Values(DbrType type, uint count, ReadOnlySpan<byte> payload)
    {
        _ = DbrReader.TryCreate((ushort)type, count, payload, out var reader);
        var values = new List<string>();
        for (var index = 0; index < reader.ElementCount; index++)
        {
            values.Add(IsText(type) ? Encoding.Latin1.GetString(reader.Text(index)) : reader.Number(index).ToString("R"));
        }

        return string.Join(' ', values);
    }

    /// <summary>All that the reader gives, in words.</summary>
    private static string Everything(DbrType type, uint count, ReadOnlySpan<byte> payload)
    {
        _ = DbrReader.TryCreate((ushort)type, count, payload, out var reader);
        var words = new List<string>();
        if (reader.TryReadAlarm(out var status, out var severity))
        {
            words.Add($"alarm {status}/{severity}");
        }

        if (reader.TryReadStamp(out var stamp))
        {
            words.Add($"stamp {stamp.UnixNanoseconds}");
        }

        if (reader.TryReadPrecision(out var precision))
        {
            words.Add($"precision {precision}");
        }

        if (reader.TryReadUnits(out var units))
        {
            words.Add($"units {Encoding.Latin1.GetString(units)}");
        }

        for (var limit = DbrLimit.UpperDisplay; reader.TryReadLimit(limit, out var number); limit++)
        {
            words.Add(limit == DbrLimit.UpperDisplay ? $"limits {number}" : $"{number}");
        }

        if (reader.TryReadEnumStringCount(out var strings))
        {
            words.Add("strings");
            for (var index = 0; index < strings; index++)
            {
                words.Add(Encoding.Latin1.GetString(reader.EnumString(index)));
            }
        }

        if (reader.TryReadAcknowledgement(out var transient, out var acknowledged))
        {
            words.Add($"acknowledge {transient}/{acknowledged}");
        }

        words.Add(Values(type, count, payload));
        return string.Join(' ', words).Trim();
    }
}
