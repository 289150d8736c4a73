namespace CaBridge.Analysis.ChannelAccess;

/// <summary>How surely a header is one: what it takes for random bytes to look the same.</summary>
public enum HeaderEvidence : byte
{
    /// <summary>Not a form that the sender may send.</summary>
    None = 0,

    /// <summary>Allowed, but few bits speak for it: header-only messages full of zeros or of free ids.</summary>
    Weak = 1,

    /// <summary>Several fields agree with the command.</summary>
    Strong = 2,

    /// <summary>Fields that depend on each other agree (size with type and count, status).</summary>
    Certain = 4,
}

/// <summary>
/// The forms that each command may have from a client and from a server on a circuit (table in the CA protocol specification; libca and rsrv
/// where they differ). One place tells recognition, resynchronisation and direction what is possible.
/// </summary>
internal static class CaHeaderForm
{
    /// <summary>The longest PV name that is believed, padding included: what rsrv's smallest buffer takes (MAX_TCP).</summary>
    public const uint MaxNameBytes = 16 * 1024;

    /// <summary>The longest host or user that is believed, padding included.</summary>
    private const uint MaxTextBytes = 1024;

    /// <summary>The longest payload that is believed: a header that claims more is not one.</summary>
    public const uint MaxPayloadBytes = 1 << 30;

    /// <summary>The highest protocol minor version that is believed; 4.13 is the newest.</summary>
    private const uint MaxMinorVersion = 63;

    private const uint MaxPriority = 99;
    private const uint EventAddRequestBytes = 16;
    private const int Alignment = 8;

    /// <summary>What speaks for a header from a sender; for <see cref="Sender.Unknown"/> the better of both.</summary>
    public static HeaderEvidence Judge(in CaHeader header, Sender sender) => sender switch
    {
        Sender.Client => FromClient(header),
        Sender.Server => FromServer(header),
        _ => Max(FromClient(header), FromServer(header)),
    };

    /// <summary>Who alone can have sent this header; <see cref="Sender.Unknown"/> if both or neither can.</summary>
    public static Sender OnlySender(in CaHeader header)
    {
        var client = FromClient(header);
        var server = FromServer(header);
        return (client, server) switch
        {
            ( >= HeaderEvidence.Strong, HeaderEvidence.None) => Sender.Client,
            (HeaderEvidence.None, >= HeaderEvidence.Strong) => Sender.Server,
            _ => Sender.Unknown,
        };
    }

    /// <summary>What any message must be, whoever sends it: a known command, padded to 8, and not beyond <see cref="MaxPayloadBytes"/>.</summary>
    public static bool IsPossible(in CaHeader header) =>
        (int)header.Command < CaCommandNames.Count && header.PayloadSize % Alignment == 0 && header.PayloadSize <= MaxPayloadBytes;

    private static HeaderEvidence FromClient(in CaHeader header)
    {
        if (!IsPossible(header))
        {
            return HeaderEvidence.None;
        }

        return header.Command switch
        {
            CaCommand.Version => Version(header),
            CaCommand.EventAdd => When(header.PayloadSize == EventAddRequestBytes && IsDbr(header), HeaderEvidence.Strong),
            CaCommand.EventCancel => When(IsEmpty(header) && IsDbr(header), HeaderEvidence.Weak),
            CaCommand.Read or CaCommand.ReadNotify => When(IsEmpty(header) && IsDbr(header), HeaderEvidence.Weak),
            CaCommand.Write or CaCommand.WriteNotify => Data(header),
            CaCommand.Search => When(
                IsName(header) && header.DataType is 5 or 10 && header.Parameter1 == header.Parameter2 && header.DataCount <= MaxMinorVersion,
                HeaderEvidence.Certain),
            CaCommand.CreateChan => When(
                IsName(header) && header.DataType == 0 && header.DataCount == 0 && header.Parameter2 <= MaxMinorVersion, HeaderEvidence.Certain),
            CaCommand.ClientName or CaCommand.HostName => When(
                IsText(header) && header.DataType == 0 && header.DataCount == 0 && header.Parameter1 == 0 && header.Parameter2 == 0,
                HeaderEvidence.Certain),
            CaCommand.ClearChannel => ClearChannel(header),
            CaCommand.EventsOff or CaCommand.EventsOn or CaCommand.ReadSync or CaCommand.Echo => When(IsBare(header), HeaderEvidence.Weak),
            CaCommand.Snapshot or CaCommand.Build or CaCommand.ReadBuild or CaCommand.Signal => Obsolete(header),
            _ => HeaderEvidence.None,
        };
    }

    private static HeaderEvidence FromServer(in CaHeader header)
    {
        if (!IsPossible(header))
        {
            return HeaderEvidence.None;
        }

        return header.Command switch
        {
            CaCommand.Version => Version(header),
            CaCommand.EventAdd when IsEmpty(header) => When(IsDbr(header), HeaderEvidence.Weak),
            CaCommand.EventAdd or CaCommand.ReadNotify => IsStatus(header.Parameter1) ? Data(header) : HeaderEvidence.None,
            CaCommand.Read => Data(header),
            CaCommand.WriteNotify => When(IsEmpty(header) && IsDbr(header) && IsStatus(header.Parameter1), HeaderEvidence.Strong),
            CaCommand.Search => When(
                header.PayloadSize is 0 or 8 && header.DataType != 0 && header.DataCount == 0 && header.Parameter1 != 0, HeaderEvidence.Weak),
            CaCommand.NotFound => When(header.DataType is 5 or 10 && header.Parameter1 == header.Parameter2, HeaderEvidence.Strong),
            CaCommand.Error => When(header.PayloadSize >= CaHeader.Size && IsStatus(header.Parameter2), HeaderEvidence.Strong),
            CaCommand.CreateChan => When(
                IsEmpty(header) && header.DataType <= (ushort)LastPlainType || (IsEmpty(header) && header.DataType == ushort.MaxValue),
                HeaderEvidence.Strong),
            CaCommand.AccessRights => When(
                IsEmpty(header) && header.DataType == 0 && header.DataCount == 0 && header.Parameter2 <= 3, HeaderEvidence.Strong),
            CaCommand.ClearChannel => ClearChannel(header),
            CaCommand.ReadSync or CaCommand.Echo => When(IsBare(header), HeaderEvidence.Weak),
            CaCommand.CreateChFail or CaCommand.ServerDisconn => When(
                IsEmpty(header) && header.DataType == 0 && header.DataCount == 0, HeaderEvidence.Weak),
            CaCommand.ReadBuild or CaCommand.Signal => Obsolete(header),
            _ => HeaderEvidence.None,
        };
    }

    /// <summary>DBR_DOUBLE: the last type without metadata, all that a channel can natively be.</summary>
    private const DbrType LastPlainType = DbrType.Double;

    private static HeaderEvidence Version(in CaHeader header) => When(
        IsEmpty(header) && header.DataType <= MaxPriority && header.DataCount is > 0 and <= MaxMinorVersion
            && header.Parameter1 == 0 && header.Parameter2 == 0,
        HeaderEvidence.Strong);

    private static HeaderEvidence ClearChannel(in CaHeader header) => When(
        IsEmpty(header) && header.DataType == 0 && header.DataCount == 0, HeaderEvidence.Weak);

    private static HeaderEvidence Obsolete(in CaHeader header) => When(IsEmpty(header), HeaderEvidence.Weak);

    private static HeaderEvidence Data(in CaHeader header)
    {
        if (!IsDbr(header))
        {
            return HeaderEvidence.None;
        }

        var expected = PaddedSize(header.DataType, header.DataCount);
        if (header.PayloadSize == expected)
        {
            return header.DataCount > 0 ? HeaderEvidence.Certain : HeaderEvidence.Weak;
        }

        // A scalar STRING is cut at its NUL; count 0 with data has been seen from real servers; a failed reply may be empty.
        var shorter = header.PayloadSize < expected && (header.DataCount == 1 || header.PayloadSize == 0);
        var longer = header.PayloadSize > expected && header.PayloadSize <= expected + MaxTextBytes;
        return When(shorter || longer || header.DataCount == 0, HeaderEvidence.Weak);
    }

    /// <summary>Bytes that a value of the type takes: size + (count − 1) × element, padded to 8.</summary>
    private static long PaddedSize(ushort type, uint count)
    {
        _ = DbrLayout.TryFind(type, out var layout);
        var bytes = layout.Size + (Math.Max(count, 1L) - 1) * layout.ElementSize;
        return (bytes + Alignment - 1) / Alignment * Alignment;
    }

    private static bool IsDbr(in CaHeader header) => header.DataType < DbrLayout.Count;

    private static bool IsEmpty(in CaHeader header) => header.PayloadSize == 0;

    private static bool IsName(in CaHeader header) => header.PayloadSize is > 0 and <= MaxNameBytes;

    private static bool IsText(in CaHeader header) => header.PayloadSize is > 0 and <= MaxTextBytes;

    private static bool IsBare(in CaHeader header) =>
        IsEmpty(header) && header.DataType == 0 && header.DataCount == 0 && header.Parameter1 == 0 && header.Parameter2 == 0;

    /// <summary>Severity in bits 0–2 (5 and 7 are none), message number above; <c>caerr.h</c> ends below 64.</summary>
    private static bool IsStatus(uint status) => status < 64 << 3 && (status & 7) is not (5 or 7);

    private static HeaderEvidence When(bool possible, HeaderEvidence evidence) => possible ? evidence : HeaderEvidence.None;

    private static HeaderEvidence Max(HeaderEvidence left, HeaderEvidence right) => left > right ? left : right;
}
