using System.Globalization;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Command names as the specification writes them, without the <c>CA_PROTO_</c> prefix.</summary>
public static class CaCommandNames
{
    /// <summary>One more than the highest command code.</summary>
    public const int Count = 28;

    private static readonly string[] Names =
    [
        "VERSION", "EVENT_ADD", "EVENT_CANCEL", "READ", "WRITE", "SNAPSHOT", "SEARCH", "BUILD", "EVENTS_OFF", "EVENTS_ON",
        "READ_SYNC", "ERROR", "CLEAR_CHANNEL", "RSRV_IS_UP", "NOT_FOUND", "READ_NOTIFY", "READ_BUILD", "REPEATER_CONFIRM",
        "CREATE_CHAN", "WRITE_NOTIFY", "CLIENT_NAME", "HOST_NAME", "ACCESS_RIGHTS", "ECHO", "REPEATER_REGISTER", "SIGNAL",
        "CREATE_CH_FAIL", "SERVER_DISCONN",
    ];

    /// <summary><c>CREATE_CHAN</c>; a code that the protocol does not know gives its number.</summary>
    public static string Name(this CaCommand command) =>
        (int)command < Names.Length ? Names[(int)command] : ((int)command).ToString(CultureInfo.InvariantCulture);
}
