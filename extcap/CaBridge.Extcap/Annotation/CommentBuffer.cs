using System.Globalization;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Text;

namespace CaBridge.Extcap.Annotation;

/// <summary>A comment being put together, without allocating. What has no room is cut.</summary>
internal sealed class CommentBuffer
{
    private const int MaxNameLength = 100;

    private readonly char[] _text = new char[4096];

    public int Length { get; set; }

    public ReadOnlySpan<char> Text => _text.AsSpan(0, Length);

    public CommentBuffer Append(ReadOnlySpan<char> text)
    {
        var fitting = text[..Math.Min(text.Length, _text.Length - Length)];
        fitting.CopyTo(_text.AsSpan(Length));
        Length += fitting.Length;
        return this;
    }

    public CommentBuffer Append(long number)
    {
        Length += number.TryFormat(_text.AsSpan(Length), out var written, provider: CultureInfo.InvariantCulture) ? written : 0;
        return this;
    }

    /// <summary>A name, cut where it is longer than names are.</summary>
    public CommentBuffer Append(PvName pv) => pv.Text.Length <= MaxNameLength
        ? Append(ForeignText.Word(pv.Text))
        : Append(ForeignText.Word(pv.Text[..MaxNameLength])).Append("…");

    /// <summary><c>14.851 ms</c>.</summary>
    public CommentBuffer AppendDuration(double nanoseconds)
    {
        Length += DurationUnit.TryWrite(nanoseconds, _text.AsSpan(Length), out var written) ? written : 0;
        return this;
    }
}
