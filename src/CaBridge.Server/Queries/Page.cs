using System.Globalization;
using CaBridge.Server.Live;

namespace CaBridge.Server.Queries;

/// <summary>Where in a list a page begins, and how long it is (AIP-158).</summary>
/// <param name="Offset">What was told before; of a list that grows at its end, a number that stays.</param>
internal readonly record struct Page(long? Offset, int Size)
{
    private const int DefaultSize = 50;
    private const int MaxSize = 1000;

    /// <exception cref="QuestionException">The size is negative, or the token is none of ours.</exception>
    public static Page Of(int size, string token)
    {
        if (size < 0)
        {
            throw new QuestionException($"page_size must not be negative; it is {size}");
        }

        var offset = (long?)null;
        if (token.Length > 0)
        {
            offset = long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new QuestionException("page_token must be the next_page_token of an answer");
        }

        return new Page(offset, size == 0 ? DefaultSize : Math.Min(size, MaxSize));
    }

    public static string Token(long offset) => offset.ToString(CultureInfo.InvariantCulture);

    /// <summary>A page of a list that is held whole.</summary>
    public (IReadOnlyList<T> Items, string NextToken) Cut<T>(IReadOnlyList<T> all)
    {
        var from = (int)Math.Clamp(Offset ?? 0, 0, all.Count);
        var to = Math.Min(from + Size, all.Count);
        return ([.. all.Skip(from).Take(to - from)], to < all.Count ? Token(to) : "");
    }
}
