using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Text;

public static class OutcomeText
{
    /// <summary>To be read after "it": <c>timed out</c>.</summary>
    public static string Words(Outcome outcome) => outcome switch
    {
        Outcome.Pending => "pending at the end",
        Outcome.CircuitClosed => "circuit closed",
        Outcome.LostInGap => "lost in a gap",
        Outcome.NoRequest => "no request seen",
        Outcome.TimedOut => "timed out",
        Outcome.Failed => "failed",
        _ => "answered",
    };
}
