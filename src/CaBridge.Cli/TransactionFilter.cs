using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli;

/// <summary>Which operations the user wants to hear of.</summary>
/// <param name="operations">None: all.</param>
/// <param name="pvs">One of these must match, and what has no PV does not. None: all.</param>
/// <param name="range">Of the time of the request.</param>
internal sealed class TransactionFilter(IReadOnlyCollection<Operation> operations, IReadOnlyList<PvGlob> pvs, TimeRange range)
{
    private const int MaxRemembered = 1 << 20;

    private readonly bool[] _wanted = [.. Enumerable.Range(0, OperationNames.Count).Select(operation => operations.Count == 0 || operations.Contains((Operation)operation))];
    private Verdict[] _verdicts = [];

    private enum Verdict : byte
    {
        Unknown,
        Match,
        NoMatch,
    }

    /// <summary>The time of the first frame, where relative times count from; to be told before the first question.</summary>
    public CaptureTime Start { get; set; }

    public bool IsEverything { get; } = operations.Count == 0 && pvs.Count == 0 && range == default;

    public bool Matches(in Transaction transaction) =>
        IsEverything
        || (_wanted[(int)transaction.Operation]
            && range.Contains(transaction.RequestedAt, Start)
            && (pvs.Count == 0 || (transaction.Pv is { } pv && MatchesName(pv))));

    /// <remarks>Each name is matched once.</remarks>
    private bool MatchesName(PvName pv)
    {
        if ((uint)pv.Index >= MaxRemembered)
        {
            return MatchesAny(pv.Text);
        }

        if (pv.Index >= _verdicts.Length)
        {
            Array.Resize(ref _verdicts, Math.Max(pv.Index + 1, Math.Max(64, _verdicts.Length * 2)));
        }

        ref var verdict = ref _verdicts[pv.Index];
        if (verdict == Verdict.Unknown)
        {
            verdict = MatchesAny(pv.Text) ? Verdict.Match : Verdict.NoMatch;
        }

        return verdict == Verdict.Match;
    }

    private bool MatchesAny(string name) => pvs.Any(glob => glob.IsMatch(name));
}
