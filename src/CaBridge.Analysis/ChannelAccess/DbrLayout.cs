using System.Globalization;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>What stands before the value.</summary>
public enum DbrForm : byte
{
    /// <summary>Nothing.</summary>
    Plain = 0,

    /// <summary>Alarm status and severity.</summary>
    Status = 1,

    /// <summary>Alarm, and the time stamp.</summary>
    Time = 2,

    /// <summary>Alarm, units, display, alarm and warning limits; precision of floating-point types; an enum has its strings instead.</summary>
    Graphic = 3,

    /// <summary>As <see cref="Graphic"/>, with control limits.</summary>
    Control = 4,

    /// <summary>Alarm, and how it is acknowledged.</summary>
    Acknowledge = 5,
}

/// <summary>What one element of a value is. Characters are unsigned, as in <c>db_access.h</c>.</summary>
public enum DbrElement : byte
{
    /// <summary>40 bytes, up to a NUL.</summary>
    Text = 0,
    Int16 = 1,
    Float32 = 2,
    UInt16 = 3,
    UInt8 = 4,
    Int32 = 5,
    Float64 = 6,
}

/// <summary>Where the bytes of one DBR type are (<c>db_access.h</c>: <c>dbr_size</c>, <c>dbr_value_offset</c>).</summary>
/// <param name="Name"><c>DBR_TIME_DOUBLE</c>.</param>
/// <param name="Size">Bytes of a payload with one element, and with none.</param>
/// <param name="ValueOffset">Where the first element begins.</param>
public readonly record struct DbrLayout(string Name, DbrForm Form, DbrElement Element, int Size, int ValueOffset)
{
    /// <summary>One more than the highest type.</summary>
    public const int Count = 39;

    public const int StringSize = 40;

    private static readonly DbrLayout[] Layouts =
    [
        new("DBR_STRING", DbrForm.Plain, DbrElement.Text, Size: 40, ValueOffset: 0),
        new("DBR_SHORT", DbrForm.Plain, DbrElement.Int16, Size: 2, ValueOffset: 0),
        new("DBR_FLOAT", DbrForm.Plain, DbrElement.Float32, Size: 4, ValueOffset: 0),
        new("DBR_ENUM", DbrForm.Plain, DbrElement.UInt16, Size: 2, ValueOffset: 0),
        new("DBR_CHAR", DbrForm.Plain, DbrElement.UInt8, Size: 1, ValueOffset: 0),
        new("DBR_LONG", DbrForm.Plain, DbrElement.Int32, Size: 4, ValueOffset: 0),
        new("DBR_DOUBLE", DbrForm.Plain, DbrElement.Float64, Size: 8, ValueOffset: 0),

        new("DBR_STS_STRING", DbrForm.Status, DbrElement.Text, Size: 44, ValueOffset: 4),
        new("DBR_STS_SHORT", DbrForm.Status, DbrElement.Int16, Size: 6, ValueOffset: 4),
        new("DBR_STS_FLOAT", DbrForm.Status, DbrElement.Float32, Size: 8, ValueOffset: 4),
        new("DBR_STS_ENUM", DbrForm.Status, DbrElement.UInt16, Size: 6, ValueOffset: 4),
        new("DBR_STS_CHAR", DbrForm.Status, DbrElement.UInt8, Size: 6, ValueOffset: 5),
        new("DBR_STS_LONG", DbrForm.Status, DbrElement.Int32, Size: 8, ValueOffset: 4),
        new("DBR_STS_DOUBLE", DbrForm.Status, DbrElement.Float64, Size: 16, ValueOffset: 8),

        new("DBR_TIME_STRING", DbrForm.Time, DbrElement.Text, Size: 52, ValueOffset: 12),
        new("DBR_TIME_SHORT", DbrForm.Time, DbrElement.Int16, Size: 16, ValueOffset: 14),
        new("DBR_TIME_FLOAT", DbrForm.Time, DbrElement.Float32, Size: 16, ValueOffset: 12),
        new("DBR_TIME_ENUM", DbrForm.Time, DbrElement.UInt16, Size: 16, ValueOffset: 14),
        new("DBR_TIME_CHAR", DbrForm.Time, DbrElement.UInt8, Size: 16, ValueOffset: 15),
        new("DBR_TIME_LONG", DbrForm.Time, DbrElement.Int32, Size: 16, ValueOffset: 12),
        new("DBR_TIME_DOUBLE", DbrForm.Time, DbrElement.Float64, Size: 24, ValueOffset: 16),

        // db_access.h has no graphic or control strings: servers send the status form
        new("DBR_GR_STRING", DbrForm.Status, DbrElement.Text, Size: 44, ValueOffset: 4),
        new("DBR_GR_SHORT", DbrForm.Graphic, DbrElement.Int16, Size: 26, ValueOffset: 24),
        new("DBR_GR_FLOAT", DbrForm.Graphic, DbrElement.Float32, Size: 44, ValueOffset: 40),
        new("DBR_GR_ENUM", DbrForm.Graphic, DbrElement.UInt16, Size: 424, ValueOffset: 422),
        new("DBR_GR_CHAR", DbrForm.Graphic, DbrElement.UInt8, Size: 20, ValueOffset: 19),
        new("DBR_GR_LONG", DbrForm.Graphic, DbrElement.Int32, Size: 40, ValueOffset: 36),
        new("DBR_GR_DOUBLE", DbrForm.Graphic, DbrElement.Float64, Size: 72, ValueOffset: 64),

        new("DBR_CTRL_STRING", DbrForm.Status, DbrElement.Text, Size: 44, ValueOffset: 4),
        new("DBR_CTRL_SHORT", DbrForm.Control, DbrElement.Int16, Size: 30, ValueOffset: 28),
        new("DBR_CTRL_FLOAT", DbrForm.Control, DbrElement.Float32, Size: 52, ValueOffset: 48),
        new("DBR_CTRL_ENUM", DbrForm.Control, DbrElement.UInt16, Size: 424, ValueOffset: 422),
        new("DBR_CTRL_CHAR", DbrForm.Control, DbrElement.UInt8, Size: 22, ValueOffset: 21),
        new("DBR_CTRL_LONG", DbrForm.Control, DbrElement.Int32, Size: 48, ValueOffset: 44),
        new("DBR_CTRL_DOUBLE", DbrForm.Control, DbrElement.Float64, Size: 88, ValueOffset: 80),

        new("DBR_PUT_ACKT", DbrForm.Plain, DbrElement.UInt16, Size: 2, ValueOffset: 0),
        new("DBR_PUT_ACKS", DbrForm.Plain, DbrElement.UInt16, Size: 2, ValueOffset: 0),
        new("DBR_STSACK_STRING", DbrForm.Acknowledge, DbrElement.Text, Size: 48, ValueOffset: 8),
        new("DBR_CLASS_NAME", DbrForm.Plain, DbrElement.Text, Size: 40, ValueOffset: 0),
    ];

    public int ElementSize => SizeOf(Element);

    /// <param name="type">A header's data type; any value.</param>
    public static bool TryFind(ushort type, out DbrLayout layout)
    {
        var known = type < Layouts.Length;
        layout = known ? Layouts[type] : default;
        return known;
    }

    /// <summary><c>DBR_TIME_DOUBLE</c>; a type that the protocol does not know gives its number.</summary>
    public static string NameOf(ushort type) => type < Layouts.Length ? Layouts[type].Name : type.ToString(CultureInfo.InvariantCulture);

    internal static int SizeOf(DbrElement element) => element switch
    {
        DbrElement.Text => StringSize,
        DbrElement.UInt8 => sizeof(byte),
        DbrElement.Int16 or DbrElement.UInt16 => sizeof(ushort),
        DbrElement.Int32 or DbrElement.Float32 => sizeof(uint),
        _ => sizeof(ulong),
    };
}
