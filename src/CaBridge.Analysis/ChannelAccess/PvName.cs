namespace CaBridge.Analysis.ChannelAccess;

/// <summary>A PV's name, decoded once and shared by all that mention it.</summary>
/// <param name="text">The name as it stands in CREATE_CHAN or SEARCH, up to its NUL; bytes outside UTF-8 as U+FFFD.</param>
/// <param name="index">Dense, from 0, in order of appearance; -1 where the bounded table of names was full.</param>
public sealed class PvName(string text, int index)
{
    public string Text { get; } = text;

    public int Index { get; } = index;

    /// <summary>Whether two objects of one table have the same text: where the table was full, it made one for each mention.</summary>
    internal bool IsSameAs(PvName other) => ReferenceEquals(this, other) || (Index < 0 && other.Index < 0 && string.Equals(Text, other.Text, StringComparison.Ordinal));

    public override string ToString() => Text;
}
