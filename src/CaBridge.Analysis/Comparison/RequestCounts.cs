using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Comparison;

/// <summary>What became of requests; <c>default</c> has none.</summary>
/// <param name="Unanswered">Pending at the end, timed out, or their circuit closed.</param>
/// <param name="LostInGap">Those of which the capture misses what would tell; they count for no share.</param>
public readonly record struct RequestCounts(long Answered, long Failed, long Unanswered, long LostInGap)
{
    public long Requests => Answered + Failed + Unanswered + LostInGap;

    /// <summary>Those whose fate the capture tells.</summary>
    public long Known => Answered + Failed + Unanswered;

    public static RequestCounts operator +(RequestCounts left, RequestCounts right) => left.Add(right);

    public RequestCounts Add(RequestCounts other) =>
        new(Answered + other.Answered, Failed + other.Failed, Unanswered + other.Unanswered, LostInGap + other.LostInGap);

    /// <summary>A reply without request is none.</summary>
    public RequestCounts With(Outcome outcome) => outcome switch
    {
        Outcome.Answered => this with { Answered = Answered + 1 },
        Outcome.Failed => this with { Failed = Failed + 1 },
        Outcome.LostInGap => this with { LostInGap = LostInGap + 1 },
        Outcome.NoRequest => this,
        _ => this with { Unanswered = Unanswered + 1 },
    };
}
