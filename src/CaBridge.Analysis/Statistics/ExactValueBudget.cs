namespace CaBridge.Analysis.Statistics;

/// <summary>The room for exact values that the groups of one table share.</summary>
/// <param name="values">How many may be held in all.</param>
public sealed class ExactValueBudget(long values)
{
    public long Remaining { get; private set; } = values;

    internal bool TryTake(long values)
    {
        if (values > Remaining)
        {
            return false;
        }

        Remaining -= values;
        return true;
    }

    internal void Return(long values) => Remaining += values;
}
