namespace CaBridge.Cli.Wireshark;

internal enum Verdict
{
    Good,

    /// <summary>Something works less well, or may be meant so.</summary>
    Doubtful,

    /// <summary>Something does not work.</summary>
    Bad,
}

/// <summary>A line of <c>doctor</c>.</summary>
/// <param name="Text">What was found.</param>
/// <param name="Advice">What to do about it.</param>
internal sealed record Finding(Verdict Verdict, string Text, string? Advice = null)
{
    public static Finding Good(string text) => new(Verdict.Good, text);

    public static Finding Doubtful(string text, string? advice = null) => new(Verdict.Doubtful, text, advice);

    public static Finding Bad(string text, string advice) => new(Verdict.Bad, text, advice);
}
