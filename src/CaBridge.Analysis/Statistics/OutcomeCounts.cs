using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>Requests by what became of them; to be counted in place, as a field.</summary>
internal struct OutcomeCounts
{
    public long Answered;
    public long Failed;
    public long Unanswered;

    /// <param name="outcome">Not <see cref="Outcome.NoRequest"/>.</param>
    public void Add(Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Answered:
                Answered++;
                break;
            case Outcome.Failed:
                Failed++;
                break;
            default:
                Unanswered++;
                break;
        }
    }

    public void Add(in OutcomeCounts other)
    {
        Answered += other.Answered;
        Failed += other.Failed;
        Unanswered += other.Unanswered;
    }
}
