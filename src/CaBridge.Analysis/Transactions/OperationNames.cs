namespace CaBridge.Analysis.Transactions;

/// <summary>Operation and outcome names as the command line and JSON use them.</summary>
public static class OperationNames
{
    /// <summary>One more than the highest operation.</summary>
    public const int Count = 9;

    private static readonly string[] Operations = ["search", "connect", "create", "get", "put", "subscribe", "echo", "clear", "read"];

    private static readonly string[] Outcomes = ["answered", "failed", "pending", "timed_out", "circuit_closed", "lost_in_gap", "no_request"];

    /// <summary>All operations' names, in the order of <see cref="Operation"/>.</summary>
    public static IReadOnlyList<string> All => Operations;

    public static string Name(this Operation operation) => Operations[(int)operation];

    public static string Name(this Outcome outcome) => Outcomes[(int)outcome];

    public static bool TryParse(string text, out Operation operation)
    {
        var index = Array.FindIndex(Operations, name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase));
        operation = (Operation)Math.Max(index, 0);
        return index >= 0;
    }
}
