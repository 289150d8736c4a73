using System.Buffers.Binary;
using System.Globalization;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>What a subscription asks for: VALUE 1, LOG 2 (archive), ALARM 4, PROPERTY 8 (EPICS Base <c>caeventmask.h</c>).</summary>
public static class EventMask
{
    /// <summary>In an EVENT_ADD request's payload, after three unused floats.</summary>
    private const int Offset = 12;

    private static readonly string[] Names =
    [
        "0", "VALUE", "LOG", "VALUE|LOG", "ALARM", "VALUE|ALARM", "LOG|ALARM", "VALUE|LOG|ALARM", "PROPERTY", "VALUE|PROPERTY", "LOG|PROPERTY",
        "VALUE|LOG|PROPERTY", "ALARM|PROPERTY", "VALUE|ALARM|PROPERTY", "LOG|ALARM|PROPERTY", "VALUE|LOG|ALARM|PROPERTY",
    ];

    /// <summary><c>VALUE|ALARM</c>; with other bits than these four, the number as <c>0x15</c>.</summary>
    public static string Name(ushort mask) => mask < Names.Length ? Names[mask] : string.Create(CultureInfo.InvariantCulture, $"0x{mask:x}");

    /// <param name="payload">Of an EVENT_ADD request.</param>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ushort mask)
    {
        var read = payload.Length >= Offset + sizeof(ushort);
        mask = read ? BinaryPrimitives.ReadUInt16BigEndian(payload[Offset..]) : (ushort)0;
        return read;
    }
}
