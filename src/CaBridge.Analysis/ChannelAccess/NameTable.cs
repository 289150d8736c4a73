using System.Text;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Every PV name once; analyzers of one loop may share it. A name that comes when the table is full gets an object of its own, index -1, that nothing else shares.</summary>
public sealed class NameTable
{
    private const int MaxOnStack = 1024;

    private readonly Dictionary<string, PvName> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PvName>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int _limit;

    /// <param name="limit">Names held at most.</param>
    public NameTable(int limit)
    {
        _limit = limit;
        _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The name in a payload: its bytes up to the first NUL.</summary>
    internal PvName Get(ReadOnlySpan<byte> payload)
    {
        var end = payload.IndexOf((byte)0);
        var bytes = end < 0 ? payload : payload[..end];
        bytes = bytes[..Math.Min(bytes.Length, (int)CaHeaderForm.MaxNameBytes)];
        var characters = bytes.Length <= MaxOnStack ? stackalloc char[MaxOnStack] : new char[bytes.Length];
        return Get(characters[..Encoding.UTF8.GetChars(bytes, characters)]);
    }

    internal PvName Get(ReadOnlySpan<char> text)
    {
        if (_lookup.TryGetValue(text, out var name))
        {
            return name;
        }

        if (_names.Count >= _limit)
        {
            return new PvName(text.ToString(), index: -1);
        }

        name = new PvName(text.ToString(), _names.Count);
        _names.Add(name.Text, name);
        return name;
    }
}
