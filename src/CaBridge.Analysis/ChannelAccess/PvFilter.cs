namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Which PVs are wanted. Each name is matched once.</summary>
/// <param name="globs">One of these must match, and what has no PV does not. None: all.</param>
public sealed class PvFilter(IReadOnlyList<PvGlob> globs)
{
    private const int MaxRemembered = 1 << 20;

    private Verdict[] _verdicts = [];

    private enum Verdict : byte
    {
        Unknown,
        Match,
        NoMatch,
    }

    public bool IsEverything { get; } = globs.Count == 0;

    public bool Matches(PvName? pv) => IsEverything || (pv is not null && IsMatch(pv));

    /// <summary>As <see cref="Matches"/>, of a name alone; nothing is remembered.</summary>
    public bool MatchesName(string name) => IsEverything || MatchesAny(name);

    private bool IsMatch(PvName pv)
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

    private bool MatchesAny(string name) => globs.Any(glob => glob.IsMatch(name));
}
