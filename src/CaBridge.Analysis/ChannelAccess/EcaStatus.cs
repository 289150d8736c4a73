using System.Globalization;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Status codes of replies (EPICS Base <c>caerr.h</c>): bits 0–2 severity, bits 3–15 message number.</summary>
public static class EcaStatus
{
    public const uint Normal = 1;

    private const int NumberShift = 3;
    private const uint SeverityMask = 7;

    /// <summary>Indexed by message number.</summary>
    private static readonly Definition[] Definitions =
    [
        new("ECA_NORMAL", EcaSeverity.Success, "The operation succeeded."),
        new("ECA_MAXIOC", EcaSeverity.Error, "There are too many servers."),
        new("ECA_UKNHOST", EcaSeverity.Error, "The host is unknown."),
        new("ECA_UKNSERV", EcaSeverity.Error, "The service is unknown."),
        new("ECA_SOCK", EcaSeverity.Error, "A socket could not be opened."),
        new("ECA_CONN", EcaSeverity.Warning, "The server could not be connected."),
        new("ECA_ALLOCMEM", EcaSeverity.Warning, "There was not enough memory."),
        new("ECA_UKNCHAN", EcaSeverity.Warning, "The channel is unknown."),
        new("ECA_UKNFIELD", EcaSeverity.Warning, "The record's field is unknown."),
        new("ECA_TOLARGE", EcaSeverity.Warning, "The data is larger than this client or server takes."),
        new("ECA_TIMEOUT", EcaSeverity.Warning, "The operation timed out."),
        new("ECA_NOSUPPORT", EcaSeverity.Warning, "The feature is planned but not there."),
        new("ECA_STRTOBIG", EcaSeverity.Warning, "The string is too long."),
        new("ECA_DISCONNCHID", EcaSeverity.Error, "The channel is not connected."),
        new("ECA_BADTYPE", EcaSeverity.Error, "The data type is invalid."),
        new("ECA_CHIDNOTFND", EcaSeverity.Info, "The remote channel was not found."),
        new("ECA_CHIDRETRY", EcaSeverity.Info, "Channels that were not found are tried again."),
        new("ECA_INTERNAL", EcaSeverity.Fatal, "Channel Access failed internally."),
        new("ECA_DBLCLFAIL", EcaSeverity.Warning, "The local database failed."),
        new("ECA_GETFAIL", EcaSeverity.Warning, "Reading the channel failed."),
        new("ECA_PUTFAIL", EcaSeverity.Warning, "Writing the channel failed."),
        new("ECA_ADDFAIL", EcaSeverity.Warning, "The subscription could not be added."),
        new("ECA_BADCOUNT", EcaSeverity.Warning, "The element count is invalid."),
        new("ECA_BADSTR", EcaSeverity.Error, "The string is invalid."),
        new("ECA_DISCONN", EcaSeverity.Warning, "The circuit was disconnected."),
        new("ECA_DBLCHNL", EcaSeverity.Warning, "Several servers have a channel of this name."),
        new("ECA_EVDISALLOW", EcaSeverity.Error, "The call is not allowed within a callback."),
        new("ECA_BUILDGET", EcaSeverity.Warning, "The value read at creation failed."),
        new("ECA_NEEDSFP", EcaSeverity.Warning, "The call needs the task's floating-point option."),
        new("ECA_OVEVFAIL", EcaSeverity.Warning, "The overflow of events could not be handled."),
        new("ECA_BADMONID", EcaSeverity.Error, "The subscription id is invalid."),
        new("ECA_NEWADDR", EcaSeverity.Warning, "The channel moved to another address."),
        new("ECA_NEWCONN", EcaSeverity.Info, "The channel connected anew."),
        new("ECA_NOCACTX", EcaSeverity.Warning, "The task has no Channel Access context."),
        new("ECA_DEFUNCT", EcaSeverity.Fatal, "The feature has been given up."),
        new("ECA_EMPTYSTR", EcaSeverity.Warning, "The string is empty."),
        new("ECA_NOREPEATER", EcaSeverity.Warning, "The repeater is not there."),
        new("ECA_NOCHANMSG", EcaSeverity.Warning, "The message's channel id matches no channel."),
        new("ECA_DLCKREST", EcaSeverity.Warning, "A dead connection was closed."),
        new("ECA_SERVBEHIND", EcaSeverity.Warning, "The server falls behind or ends slowly."),
        new("ECA_NOCAST", EcaSeverity.Warning, "No interface can broadcast."),
        new("ECA_BADMASK", EcaSeverity.Error, "The event mask is invalid."),
        new("ECA_IODONE", EcaSeverity.Info, "The operations have ended."),
        new("ECA_IOINPROGRESS", EcaSeverity.Info, "Operations are still pending."),
        new("ECA_BADSYNCGRP", EcaSeverity.Error, "The synchronous group is invalid."),
        new("ECA_PUTCBINPROG", EcaSeverity.Error, "An earlier write with callback is still pending."),
        new("ECA_NORDACCESS", EcaSeverity.Warning, "Read access is denied."),
        new("ECA_NOWTACCESS", EcaSeverity.Warning, "Write access is denied."),
        new("ECA_ANACHRONISM", EcaSeverity.Error, "The feature is no longer there."),
        new("ECA_NOSEARCHADDR", EcaSeverity.Warning, "The list of search addresses is empty."),
        new("ECA_NOCONVERT", EcaSeverity.Warning, "The data types cannot be converted."),
        new("ECA_BADCHID", EcaSeverity.Error, "The channel id is invalid."),
        new("ECA_BADFUNCPTR", EcaSeverity.Error, "The function pointer is invalid."),
        new("ECA_ISATTACHED", EcaSeverity.Warning, "The thread is attached to a context already."),
        new("ECA_UNAVAILINSERV", EcaSeverity.Warning, "The server does not offer this."),
        new("ECA_CHANDESTROY", EcaSeverity.Warning, "The channel was destroyed by its user."),
        new("ECA_BADPRIORITY", EcaSeverity.Error, "The priority is invalid."),
        new("ECA_NOTTHREADED", EcaSeverity.Error, "Callbacks by other threads are not enabled."),
        new("ECA_16KARRAYCLIENT", EcaSeverity.Warning, "The client takes no arrays over 16 KB."),
        new("ECA_CONNSEQTMO", EcaSeverity.Warning, "The connection sequence took too long."),
        new("ECA_UNRESPTMO", EcaSeverity.Warning, "The circuit did not respond in time."),
    ];

    /// <summary><c>ECA_NORMAL</c>; a code that <c>caerr.h</c> does not define, its severity included, gives its number as <c>0x1f0</c>.</summary>
    public static string Name(uint status) =>
        TryFind(status, out var definition) ? definition.Name : string.Create(CultureInfo.InvariantCulture, $"0x{status:x}");

    /// <summary>One English sentence; null for a code that <c>caerr.h</c> does not define.</summary>
    public static string? Sentence(uint status) => TryFind(status, out var definition) ? definition.Sentence : null;

    /// <summary>Of any code, defined or not; 5 and 7 are no defined values.</summary>
    public static EcaSeverity Severity(uint status) => (EcaSeverity)(status & SeverityMask);

    private static bool TryFind(uint status, out Definition definition)
    {
        var number = status >> NumberShift;
        definition = number < Definitions.Length ? Definitions[number] : default;
        return definition.Name is not null && definition.Severity == Severity(status);
    }

    private readonly record struct Definition(string Name, EcaSeverity Severity, string Sentence);
}
