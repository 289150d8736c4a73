using System.Buffers;
using System.Globalization;
using System.Text;
using CaBridge.Analysis.Text;

namespace CaBridge.Cli.Rendering;

/// <summary>
/// Output text on its way to a stream: grows as needed, is reused, and takes what captures contain without letting control characters of
/// unknown senders reach a terminal.
/// </summary>
internal sealed class Utf8Buffer : IBufferWriter<byte>
{
    private const int InitialBytes = 128 * 1024;

    /// <summary>Room for any formatted number.</summary>
    private const int NumberBytes = 64;

    /// <summary>Bytes of any character in UTF-8.</summary>
    private const int MaxRuneBytes = 4;

    private static readonly SearchValues<byte> PlainBytes = SearchValues.Create(Encoding.ASCII.GetBytes(ForeignText.Plain));
    private static readonly SearchValues<byte> WordBytes = SearchValues.Create(Encoding.ASCII.GetBytes(ForeignText.Plain[1..]));

    private byte[] _bytes = new byte[InitialBytes];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void WriteTo(Stream stream)
    {
        if (Length > 0)
        {
            stream.Write(Written);
            Clear();
        }
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    public void Append(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    public void Append(ReadOnlySpan<byte> utf8)
    {
        Reserve(utf8.Length);
        utf8.CopyTo(_bytes.AsSpan(Length));
        Length += utf8.Length;
    }

    public void Append(string text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
    }

    /// <param name="format">A standard or custom format of <typeparamref name="T"/>; culture is invariant.</param>
    public void AppendNumber<T>(T value, ReadOnlySpan<char> format = default)
        where T : IUtf8SpanFormattable
    {
        Reserve(NumberBytes);
        _ = value.TryFormat(_bytes.AsSpan(Length), out var written, format, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Foreign text in double quotes; quotes, backslashes and what <see cref="ForeignText.IsUnsafe"/> names escaped.</summary>
    /// <param name="bytes">UTF-8; a byte that is not is taken as Latin-1, as old databases have their units.</param>
    public void AppendQuoted(ReadOnlySpan<byte> bytes)
    {
        Append((byte)'"');
        AppendForeign(bytes, escape: true);
        Append((byte)'"');
    }

    /// <summary>Foreign text: bare where it is one word of printable ASCII, else quoted.</summary>
    public void AppendWord(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.ContainsAnyExcept(WordBytes))
        {
            AppendQuoted(bytes);
        }
        else
        {
            Append(bytes);
        }
    }

    /// <inheritdoc cref="AppendWord(ReadOnlySpan{byte})"/>
    public void AppendWord(string text) => Append(ForeignText.Word(text));

    /// <param name="bytes">UTF-8; a byte that is not is taken as Latin-1.</param>
    /// <param name="escape">Whether quotes, backslashes and what <see cref="ForeignText.IsUnsafe"/> names are escaped.</param>
    public void AppendForeign(ReadOnlySpan<byte> bytes, bool escape)
    {
        if (!bytes.ContainsAnyExcept(PlainBytes))
        {
            Append(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed);
            if (status != OperationStatus.Done)
            {
                (rune, consumed) = (new Rune(bytes[0]), 1);
            }

            AppendRune(rune, escape);
            bytes = bytes[consumed..];
        }
    }

    private void AppendRune(Rune rune, bool escape)
    {
        Reserve(MaxRuneBytes);
        if (escape && rune.Value is '"' or '\\')
        {
            Append((byte)'\\');
            Append((byte)rune.Value);
        }
        else if (escape && ForeignText.IsUnsafe(rune))
        {
            Append("\\u{"u8);
            AppendNumber(rune.Value, "x");
            Append((byte)'}');
        }
        else
        {
            Length += rune.EncodeToUtf8(_bytes.AsSpan(Length));
        }
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }
    }
}
