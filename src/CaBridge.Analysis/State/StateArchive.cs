using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.State;

/// <summary>
/// What an analyzer knows, on its way into bytes or back. A class tells its fields once, in one order, for both: <c>Sid = archive.Value(Sid)</c>
/// hands the value back while saving, and gives the saved one while loading. Numbers are as this machine has them; names and texts stand in it once.
/// </summary>
internal sealed class StateArchive
{
    private readonly ArrayBufferWriter<byte>? _saved;
    private readonly Dictionary<PvName, int> _nameNumbers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _textNumbers = new(StringComparer.Ordinal);
    private readonly List<PvName> _names = [];
    private readonly List<string> _texts = [];
    private ReadOnlyMemory<byte> _rest;

    private StateArchive(NameTable names, ArrayBufferWriter<byte>? saved, ReadOnlyMemory<byte> rest) => (Names, _saved, _rest) = (names, saved, rest);

    /// <summary>Where names come from while loading.</summary>
    public NameTable Names { get; }

    public bool IsLoading => _saved is null;

    /// <summary>Bytes that were not read.</summary>
    public int RestBytes => _rest.Length;

    public static StateArchive Saving(NameTable names, ArrayBufferWriter<byte> into) => new(names, into, default);

    public static StateArchive Loading(NameTable names, ReadOnlyMemory<byte> saved) => new(names, saved: null, saved);

    /// <typeparam name="T">Without references.</typeparam>
    /// <exception cref="StateException">While loading: it ends here.</exception>
    public T Value<T>(T value)
        where T : struct
    {
        Values(new Span<T>(ref value));
        return value;
    }

    public T? Optional<T>(T? value)
        where T : struct =>
        Value(value.HasValue) ? Value(value.GetValueOrDefault()) : null;

    /// <summary>As many as both sides know of.</summary>
    public void Values<T>(Span<T> values)
        where T : struct
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            throw new NotSupportedException($"{typeof(T)} has references.");
        }

        if (values.IsEmpty)
        {
            return;
        }

        var length = checked(Unsafe.SizeOf<T>() * values.Length);
        var bytes = MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(values)), length);
        if (_saved is not null)
        {
            _saved.Write(bytes);
            return;
        }

        if (length > _rest.Length)
        {
            throw new StateException("The saved state ends in the middle.");
        }

        _rest.Span[..length].CopyTo(bytes);
        _rest = _rest[length..];
    }

    /// <summary>How many items follow.</summary>
    /// <exception cref="StateException">While loading: more than bytes.</exception>
    public int Count(int count)
    {
        count = Value(count);
        return count >= 0 && (!IsLoading || count <= _rest.Length)
            ? count
            : throw new StateException($"The saved state tells of {count} items, and has {_rest.Length} bytes.");
    }

    /// <param name="text">Of no meaning while loading; likewise other items that have references.</param>
    public string Text(string? text)
    {
        if (_saved is null)
        {
            var number = Value(0);
            return number < _texts.Count ? _texts[number] : Remember(_texts, Encoding.UTF8.GetString(Bytes(default).Span));
        }

        ArgumentNullException.ThrowIfNull(text);
        if (!_textNumbers.TryGetValue(text, out var known))
        {
            _textNumbers.Add(text, _textNumbers.Count);
            Value(_textNumbers.Count - 1);
            Bytes(Encoding.UTF8.GetBytes(text));
            return text;
        }

        Value(known);
        return text;
    }

    public PvName Name(PvName? name) => OptionalName(name) ?? throw new StateException("The saved state lacks a name.");

    public PvName? OptionalName(PvName? name)
    {
        const int None = -1;
        if (_saved is null)
        {
            var number = Value(0);
            return number == None ? null : number < _names.Count ? _names[number] : Remember(_names, Names.Get(Text(null)));
        }

        if (name is null)
        {
            Value(None);
        }
        else if (_nameNumbers.TryGetValue(name, out var known))
        {
            Value(known);
        }
        else
        {
            _nameNumbers.Add(name, _nameNumbers.Count);
            Value(_nameNumbers.Count - 1);
            Text(name.Text);
        }

        return name;
    }

    /// <returns>While loading, a view of what is loaded.</returns>
    public ReadOnlyMemory<byte> Bytes(ReadOnlyMemory<byte> bytes)
    {
        var length = Count(bytes.Length);
        if (_saved is not null)
        {
            _saved.Write(bytes.Span);
            return bytes;
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    /// <summary>A collection, one after the other.</summary>
    /// <param name="items">Of no meaning while loading.</param>
    /// <param name="keep">Saves an item, or makes the loaded one; then it is given none.</param>
    /// <returns>What was loaded, in the order in which it was saved; nothing while saving.</returns>
    public IReadOnlyList<T> Items<T>(IReadOnlyCollection<T> items, Func<T?, T> keep)
    {
        var count = Count(items.Count);
        var loaded = new List<T>();
        if (IsLoading)
        {
            for (var i = 0; i < count; i++)
            {
                loaded.Add(keep(default));
            }
        }
        else
        {
            foreach (var item in items)
            {
                keep(item);
            }
        }

        return loaded;
    }

    private static T Remember<T>(List<T> known, T item)
    {
        known.Add(item);
        return item;
    }
}

/// <summary>Saves an item, or loads it: by <see cref="StateArchive"/>.</summary>
internal delegate void StateItem<T>(StateArchive archive, ref T item);
