namespace CaBridge.Analysis.Connections;

/// <summary>Names in JSON and tables, a contract: one may be added, none renamed.</summary>
public static class ConnectionNames
{
    private static readonly string[] Stages =
    [
        "search_retries", "search_reply", "before_connect", "connect", "version", "before_create", "access_rights", "create_reply", "before_request",
        "first_value",
    ];

    private static readonly string[] Waits = ["search_backoff", "network", "server", "client"];
    private static readonly string[] Results = ["value", "created", "refused", "not_created"];

    public static string Name(this ConnectionStage stage) => Stages[(int)stage];

    public static string Name(this ConnectionWait wait) => Waits[(int)wait];

    public static string Name(this ConnectionResult result) => Results[(int)result];
}
