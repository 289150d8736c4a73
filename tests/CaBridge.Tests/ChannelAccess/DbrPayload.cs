using System.Buffers.Binary;
using System.Text;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Tests.ChannelAccess;

/// <summary>Payloads written field by field in the order of <c>db_access.h</c>'s structures, so that offsets come from the fields before.</summary>
internal sealed class DbrPayload
{
    private readonly List<byte> _bytes = [];

    /// <summary>HIHI, MAJOR, 1990-01-01T00:00:01.5Z, precision 3, units "mm", limits 1 to 8, strings "off" and "on", ACKT 1, ACKS MINOR.</summary>
    public static byte[] Of(DbrType type, params double[] values)
    {
        var payload = new DbrPayload();
        var element = (DbrElement)((int)type % 7);
        switch (type)
        {
            case DbrType.PutAckT or DbrType.PutAckS:
                return payload.Elements(DbrElement.UInt16, values);
            case DbrType.ClassName or < DbrType.StsString:
                return payload.Elements(type == DbrType.ClassName ? DbrElement.Text : element, values);
            case DbrType.StsAckString:
                return payload.Int16(3).Int16(2).Int16(1).Int16(1).Elements(DbrElement.Text, values);
        }

        payload.Int16(3).Int16(2);
        var form = (int)type / 7;
        if (form == 2)
        {
            payload.Int32(1).Int32(500_000_000);
        }

        if (form >= 3 && element == DbrElement.UInt16)
        {
            payload.Int16(2).Text("off", 26).Text("on", 26).Pad(14 * 26);
        }
        else if (form >= 3 && element != DbrElement.Text)
        {
            if (element is DbrElement.Float32 or DbrElement.Float64)
            {
                payload.Int16(3).Pad(2);
            }

            payload.Text("mm", 8).Elements(element, form == 4 ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2, 3, 4, 5, 6]);
        }

        payload.Pad(RiscPadding(form, element));
        return payload.Elements(element, values);
    }

    private static int RiscPadding(int form, DbrElement element) => (form, element) switch
    {
        (1 or 3 or 4, DbrElement.UInt8) => 1,
        (2, DbrElement.UInt8) => 3,
        (2, DbrElement.Int16 or DbrElement.UInt16) => 2,
        (1 or 2, DbrElement.Float64) => 4,
        _ => 0,
    };

    private byte[] Elements(DbrElement element, double[] values)
    {
        foreach (var value in values)
        {
            _ = element switch
            {
                DbrElement.Text => Text($"v{value}", 40),
                DbrElement.Int16 => Int16((short)value),
                DbrElement.UInt16 => Int16((short)(ushort)value),
                DbrElement.UInt8 => Byte((byte)value),
                DbrElement.Int32 => Int32((int)value),
                DbrElement.Float32 => Int32(BitConverter.SingleToInt32Bits((float)value)),
                _ => Int64(BitConverter.DoubleToInt64Bits(value)),
            };
        }

        return [.. _bytes];
    }

    private DbrPayload Byte(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    private DbrPayload Int16(short value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    private DbrPayload Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    private DbrPayload Int64(long value) => Int32((int)(value >> 32)).Int32((int)value);

    private DbrPayload Text(string text, int size)
    {
        _bytes.AddRange(Encoding.UTF8.GetBytes(text));
        return Pad(size - text.Length);
    }

    private DbrPayload Pad(int count)
    {
        _bytes.AddRange(new byte[count]);
        return this;
    }
}
