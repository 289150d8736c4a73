using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>Names that a server was seen to have: it answered a search, or created a channel.</summary>
public sealed class ServedNames
{
    private const int MaxRemembered = 1 << 20;

    /// <summary>By <see cref="PvName.Index"/>.</summary>
    private PvName?[] _names = [];

    /// <summary>Allocates only while names are new.</summary>
    public void Add(in Transaction transaction)
    {
        if (transaction.Operation is not (Operation.Search or Operation.Create)
            || transaction.Outcome is not (Outcome.Answered or Outcome.NoRequest)
            || transaction.Pv is not { } pv
            || (uint)pv.Index >= MaxRemembered)
        {
            return;
        }

        Add(pv);
    }

    /// <summary>Adds another one's, whose indexes come from the same source.</summary>
    public void Merge(ServedNames other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var pv in other._names.OfType<PvName>())
        {
            Add(pv);
        }
    }

    /// <summary>Those of the names that no server was seen to have, in their order.</summary>
    public IReadOnlyList<string> Without(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return names;
        }

        var served = _names.OfType<PvName>().Select(pv => pv.Text).ToHashSet(StringComparer.Ordinal);
        return [.. names.Where(name => !served.Contains(name))];
    }

    private void Add(PvName pv)
    {
        if (pv.Index >= _names.Length)
        {
            Array.Resize(ref _names, Math.Max(pv.Index + 1, Math.Max(64, _names.Length * 2)));
        }

        _names[pv.Index] = pv;
    }
}
