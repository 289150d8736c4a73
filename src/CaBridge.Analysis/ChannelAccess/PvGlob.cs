using System.Buffers;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>
/// A pattern for PV names, as a shell's: <c>*</c> any characters, <c>?</c> one, <c>[abc]</c> and <c>[a-z]</c> one of these, <c>[!abc]</c> none
/// of these. The whole name must match; case counts, as it does for EPICS. A <c>[</c> that is never closed stands for itself.
/// </summary>
public sealed class PvGlob
{
    private static readonly SearchValues<char> Opening = SearchValues.Create("*?[");
    private static readonly SearchValues<char> Special = SearchValues.Create("*?[]");

    private readonly string _pattern;

    /// <summary>What every name that matches begins and ends with: most names of a site do not.</summary>
    private readonly string _prefix;
    private readonly string _suffix;

    private PvGlob(string pattern)
    {
        _pattern = pattern;
        var opening = pattern.AsSpan().IndexOfAny(Opening);
        _prefix = opening < 0 ? pattern : pattern[..opening];
        _suffix = pattern[(pattern.AsSpan().LastIndexOfAny(Special) + 1)..];
    }

    /// <summary>Any text is a pattern; an empty one matches the empty name alone.</summary>
    public static PvGlob Parse(string text) => new(text);

    public override string ToString() => _pattern;

    /// <summary>Time at most proportional to the product of both lengths; allocates nothing.</summary>
    public bool IsMatch(ReadOnlySpan<char> name)
    {
        if (!name.StartsWith(_prefix, StringComparison.Ordinal) || !name.EndsWith(_suffix, StringComparison.Ordinal))
        {
            return false;
        }

        var pattern = _pattern.AsSpan();
        var (p, n) = (0, 0);
        var (afterStar, starEnd) = (-1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (afterStar, starEnd) = (++p, n);
            }
            else if (p < pattern.Length && MatchesOne(pattern[p..], name[n], out var length))
            {
                p += length;
                n++;
            }
            else if (afterStar >= 0)
            {
                // the last star takes one character more, or all up to where what follows it can match; earlier stars never need to
                starEnd++;
                var skipped = afterStar < pattern.Length && pattern[afterStar] is not ('?' or '[') ? name[starEnd..].IndexOf(pattern[afterStar]) : 0;
                if (skipped < 0)
                {
                    return false;
                }

                starEnd += skipped;
                (p, n) = (afterStar, starEnd);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    /// <param name="length">Pattern characters that stand for the one of the name.</param>
    private static bool MatchesOne(ReadOnlySpan<char> pattern, char character, out int length)
    {
        length = 1;
        if (pattern[0] == '?')
        {
            return true;
        }

        var close = pattern[0] == '[' ? ClosingBracket(pattern) : -1;
        if (close < 0)
        {
            return pattern[0] == character;
        }

        length = close + 1;
        var set = pattern[1..close];
        return set[0] is '!' or '^' ? !Contains(set[1..], character) : Contains(set, character);
    }

    /// <summary>A <c>]</c> that comes first, or first after the negation, is a member of the set.</summary>
    private static int ClosingBracket(ReadOnlySpan<char> pattern)
    {
        var first = pattern.Length > 1 && pattern[1] is '!' or '^' ? 2 : 1;
        var close = pattern.Length > first ? pattern[(first + 1)..].IndexOf(']') : -1;
        return close < 0 ? -1 : first + 1 + close;
    }

    private static bool Contains(ReadOnlySpan<char> set, char character)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (character >= set[i] && character <= set[i + 2])
                {
                    return true;
                }

                i += 2;
            }
            else if (set[i] == character)
            {
                return true;
            }
        }

        return false;
    }
}
