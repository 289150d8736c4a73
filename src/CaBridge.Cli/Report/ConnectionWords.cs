using CaBridge.Analysis.Connections;

namespace CaBridge.Cli.Report;

/// <summary>Stages and waits for people.</summary>
internal static class ConnectionWords
{
    private static readonly string[] Stages =
    [
        "search retries", "search reply", "until SYN", "TCP connect", "until VERSION", "until CREATE_CHAN", "access rights", "create reply",
        "until first request", "first value",
    ];

    /// <summary>To be read after "of it was".</summary>
    private static readonly string[] Waits = ["search retries", "the network", "the server", "the client"];

    private static readonly string[] Results = ["got its first value", "created, no value", "refused", "not created"];

    public static string Of(ConnectionStage stage) => Stages[(int)stage];

    public static string Of(ConnectionWait wait) => Waits[(int)wait];

    public static string Of(ConnectionResult result) => Results[(int)result];
}
